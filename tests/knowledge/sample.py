"""Two small companies with the papers that a clinic has, for the tests of this folder."""

from datetime import UTC, datetime

from knowledge.document import Draft
from tenants.ids import CompanyId
from tenants.tenant import Tenant

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
BENOVA = Tenant(company_id=CompanyId("benova"), company_name="Benova")
MEDISPA = Tenant(company_id=CompanyId("medispa"), company_name="Medispa", languages=("en",))

PRICES = Draft(
    document_id="precios",
    title="Lista de precios",
    category="precios",
    text="""# Lista de precios

## Medicina estética

| Tratamiento | Precio | Duración |
|---|---|---|
| Toxina botulínica (botox) tercio superior | $ 850.000 | 30 min |
| Ácido hialurónico en labios | $ 1.200.000 | 45 min |
| Peeling químico superficial | $ 250.000 | 40 min |
| Limpieza facial profunda | $ 180.000 | 60 min |

## Formas de pago

Recibimos efectivo, tarjeta débito y crédito, Nequi y transferencia. Financiamos a 6 meses con Addi.
""",
    metadata={"source": "shipped"},
)
POLICIES = Draft(
    document_id="politicas",
    title="Políticas de la clínica",
    category="politicas",
    text="""# Políticas de la clínica

## Cancelaciones y cambios

Puede cancelar o mover su cita sin costo hasta 24 horas antes. Después se cobra el 30 % del valor.

## Menores de edad

Atendemos a menores únicamente en compañía de uno de sus padres y con autorización firmada.

## Estacionamiento

Hay parqueadero gratuito para pacientes en el sótano 2 del edificio.
""",
)
AFTERCARE = Draft(
    document_id="cuidados-toxina",
    title="Cuidados después de la toxina botulínica",
    category="cuidados",
    text="""# Cuidados después de la toxina botulínica

No se acueste ni se agache durante las cuatro horas siguientes. Evite el ejercicio intenso, el
alcohol y el sauna por 48 horas. No masajee la zona. Un morado pequeño o dolor de cabeza leve son
normales y pasan en pocos días.
""",
)
ENGLISH = Draft(
    document_id="policies",
    title="Clinic policies",
    category="policies",
    text="""# Clinic policies

## Cancellations

You may cancel or reschedule free of charge up to 24 hours before your appointment.

## Parking

Free parking for patients is on the second basement floor.

## Massages

A relaxing massage of 60 minutes costs $ 95. Deep tissue massages cost $ 120.
""",
)

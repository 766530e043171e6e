"""What patients write and who should answer: none of it stands among the shipped examples."""

from nodes.state import Agent

SPANISH: dict[Agent, str] = {
    "sales": """
        cuanto es el botox de la frente
        hola, precio de limpieza facial profunda?
        Buen día, me podría indicar el costo de una rinomodelación por favor
        q vale hacerse las cejas
        tienen alguna promoción para el día de la madre
        cuanto dura el acido hialuronico en los labios
        me explicas cómo funciona la luz pulsada
        que me aconsejas para las estrias
        hacen carillas?
        se puede pagar en 3 cuotas sin intereses?
        el plasma capilar si sirve? cuantas sesiones son
        cuál es la diferencia entre peeling e hidrafacial
        me puedo hacer botox si tengo 23 años?
        q incluye la limpieza
        quiero bajar papada, qué manejan
        duele ponerse los brackets?
        uy está caro, no hay descuentico?
        y el de las piernas a como
        vale la valoración?
        quiero saber todo sobre los bioestimuladores
    """,
    "support": """
        Hola! buenas tardes
        muchisimas gracias, feliz dia
        en donde estan ubicados en medellin
        a q hora cierran hoy
        los domingos trabajan?
        tienen parqueadero para carro?
        qué pasa si no puedo asistir, me cobran algo?
        recibe tarjeta débito
        me hice los labios hace dos días y los tengo morados
        puedo hacer pesas despues del botox??
        cuánto tiempo sin maquillaje después del láser
        esto es el colmo, nadie me da razón de nada
        necesito hablar con un asesor
        pásame a una persona real por favor
        puedo llevar a mi hijo de 3 años
        la factura me llegó mal
        qué debo hacer antes de la depilación
        la doctora es dermatóloga?
        quiero que borren mi información de su base de datos
        se me inflamó la cara con el peeling y me arde
        no me gustó como quedé
        cómo llego en transmilenio
    """,
    "schedule": """
        me ayudas a agendar una valoración
        quiero cita pa mañana a las 2
        podrías reservarme el jueves a las 11
        necesito reprogramar porque me salió trabajo
        me toca cancelar la del lunes q pena
        pásame la cita para otro día porfa
        a que horas es que tengo la cita?
        ya no voy a ir mañana
        quisiera apartar turno para depilación de bikini
        hágame el favor y me agenda con la dra ruiz
        confirmo que sí voy el martes
        sep resérvame ese
        quiero una cita con el ortodoncista
        tengo reservado algo con ustedes?
        puedo mover mi turno del sábado al domingo?
        voy a querer el cupo de las 9, apúntame
        sacar una cita de control
        me equivoqué de día, cámbiame la cita
        anulen mi reserva por favor
        deseo programar el blanqueamiento para el 20
    """,
    "availability": """
        hay cupo pal viernes?
        qué horas hay el sábado en la mañana
        cuando tienen libre la próxima semana
        tienen espacio hoy en la tarde para limpieza
        cuál es el turno más cercano que tengan
        para mañana tienen algo?
        que disponibilidad hay con la doctora
        a las 4 del jueves hay campo?
        tienen citas libres en diciembre
        y para el lunes qué hay
        cuándo me podrían recibir
        hay agenda para este sabado
        q dias tienen libres pa botox
        no hay nada mas tardecito?
        tienen algo antes de las 8 am
        qué horarios le quedan el 12
        hay disponible después de las 5
        cuándo hay espacio para dos personas
    """,
}
ENGLISH: dict[Agent, str] = {
    "sales": """
        price for botox forehead?
        how much would a 90 minute massage be
        any specials for mother's day
        what's a chemical peel exactly
        how long do fillers last
        does laser hair removal really work
        what would you suggest for oily skin
        do you offer reflexology
        can i pay monthly
        i'd like to know more about your packages
        is the hydrafacial worth it
        thats a bit pricey, any discount?
        how many sessions for tattoo removal
        whats included in the detox day
        do u sell gift cards
    """,
    "support": """
        Hi there!
        good evening
        thanks a lot, bye
        where exactly is the clinic
        what time do you guys close
        can i park there
        do you charge for no shows
        do you take amex
        my lip is bruised since the injection on monday
        is it ok to go to the gym after my peel
        nobody has replied to me, terrible service
        i'd like to speak with someone please
        put me through to a human
        can my daughter come with me
        i need an invoice with my company's name
        is your doctor qualified
        i forgot my umbrella there
        what should i avoid before laser
    """,
    "schedule": """
        i'd like to schedule a facial
        can you book me for tomorrow at 2
        please reserve thursday 11am for me
        i have to reschedule, work came up
        need to cancel monday's appt sorry
        what time was my appointment again
        i wont be coming tomorrow
        move my massage from saturday to sunday
        do i have anything booked with you
        i confirm i'll be there tuesday
        ok put me in for the 9am
        i need an appointment for my mom
        change my booking to the afternoon
        make me an appointment with dr lopez
    """,
    "availability": """
        got anything friday?
        what times do you have on saturday morning
        when are you free next week
        any space this afternoon for a facial
        earliest appointment you've got?
        is there something available tomorrow
        is thursday at 4 open
        do you have openings in december
        and what about monday, any slots
        how soon could you see me
        anything later in the day
        what days is the doctor available
        are there free slots on the 12th
    """,
}

# Written after everything was tuned; on their first run 57 of the 60 were right.
LATER: dict[Agent, str] = {
    "sales": """
        disculpe qué precio maneja la mesoterapia
        mi hermana quiere saber cuanto sale quitarse un tatuaje
        estoy pensando en hacerme algo en los pómulos, qué opciones hay
        hacen algún precio especial para grupos?
        y si compro 6 sesiones me queda más barato?
        la criolipolisis sí funciona de verdad?
        en cuántas sesiones se quita un lunar
        que tal es el tratamiento con exosomas
        tengo rosácea, qué tratamiento me conviene
        aplican vitamina C en suero?
        what would it cost to get rid of a tattoo
        my husband snores, do you have anything for that
        any winter deal on massages
        how does cryo work and is it worth it
        thinking about my cheekbones, what are my options
    """,
    "support": """
        señorita muy buenas, feliz noche
        mil gracias por todo, nos vemos
        me regala la dirección exacta por favor
        el sábado hasta las cuántas atienden
        desde que me hicieron el láser tengo unas costras
        ya puedo ir a la piscina? me hice el peeling el martes
        esto parece un contestador, quiero un humano
        la recepcionista fue muy grosera conmigo
        puedo pagar mitad en efectivo y mitad con tarjeta
        cómo hago para reclamar la garantía
        hello, hope you're well
        which bus takes me to you
        i have scabs since the laser, should i worry
        your receptionist was very unfriendly
        could a staff member get back to me
    """,
    "schedule": """
        me colaboras con una citica para el jueves
        quiero dejar lista mi cita de diciembre
        necesito que me corran el turno una hora más tarde
        por favor no me esperen mañana, no alcanzo a ir
        será que me puedes asignar cita con la nutricionista
        se me olvidó a qué hora era lo mío mañana
        listo entonces déjame el de las 10 y media
        ya no me voy a hacer el procedimiento, cancélame
        programemos el retoque
        mi mamá tiene cita el lunes y no puede ir, cómo la cambiamos
        grab me the 10:30 then
        forgot what time i'm coming in tomorrow
        don't expect me tomorrow, i can't make it
        let's set up my touch up
        could you push me back an hour
    """,
    "availability": """
        mañana a primera hora tienen espacio?
        qué tan copados están esta semana
        habrá un campito el jueves después del mediodía
        cuándo fue que dijiste que había cupo
        tienen algo libre entre 2 y 4
        el puente festivo hay citas?
        con cualquiera de las doctoras, quién tiene libre hoy
        cuál día de la otra semana está más desocupado
        me sirve en las tardes, qué hay
        si voy mañana temprano me pueden recibir?
        anything between 2 and 4
        how packed are you this week
        which therapist is free today
        mornings suit me best, what is there
        is first thing tomorrow possible
    """,
}

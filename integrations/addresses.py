"""Which network addresses a program may be sent to by a stranger's link: only those of the open internet."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Its last four bytes are an IPv4 address that a translator connects to (RFC 6052)."""
COMPATIBLE = ipaddress.IPv6Network("::/96")
"""IPv4 in IPv6 as it was once written (RFC 4291, 2.5.5.1)."""
PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")
"""Kept for protocols; Oracle's cloud has its inside there."""
CLOUD = frozenset(
    {
        # Azure's wire server: public by number, yet it answers only its own machines.
        ipaddress.ip_address("168.63.129.16"),
        # Metadata over IPv6, at AWS and at Google.
        ipaddress.ip_address("fd00:ec2::254"),
        ipaddress.ip_address("fd20:ce::254"),
        # Alibaba's metadata.
        ipaddress.ip_address("100.100.100.200"),
    }
)


def address_of(written: str) -> Address:
    """Return an address as a resolver gives it, a zone cut off; raises ValueError for anything else."""
    return ipaddress.ip_address(written.partition("%")[0])


def is_open(address: Address) -> bool:
    """Say whether anybody on the internet could reach an address: never a neighbour or a cloud's inside."""
    inner = _inner(address)
    if inner is not None:
        return is_open(inner)
    return address.is_global and not (
        address in CLOUD
        or address in PROTOCOLS
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_loopback
        or address.is_link_local
        or (isinstance(address, ipaddress.IPv6Address) and address.is_site_local)
    )


def is_forbidden_to_all(address: Address) -> bool:
    """Say whether an address is nobody's server, even where a private network was allowed.

    Those are a cloud's metadata and whatever is not one machine.
    """
    inner = _inner(address)
    if inner is not None:
        return is_forbidden_to_all(inner)
    return (
        address in CLOUD
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or (address.is_reserved and not address.is_loopback)
    )


def _inner(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for, or None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in NAT64:
        return last
    # :: and ::1 are addresses of their own.
    return last if address in COMPATIBLE and int(address) > 1 else None

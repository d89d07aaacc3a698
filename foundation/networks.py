"""From which network a request comes, as far as that can be known."""

from __future__ import annotations

import ipaddress

from flask import current_app, request

UNKNOWN = ""


def network_of_request() -> str:
    """Return the address a request comes from, or of IPv6 its network; empty where nobody knows.

    What a browser says of itself counts for nothing: only as many addresses are believed as there
    are proxies of ours, counted from the end. A request from this very machine comes from a proxy
    nobody told us of: everybody would be one network.
    """
    proxies = current_app.extensions["settings"].proxies
    address = request.remote_addr or ""
    if proxies:
        said = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        address = said[-proxies] if len(said) >= proxies else address
    return network_of(address)


def network_of(address: str) -> str:
    """Return what stands for the network of an address: IPv4 itself, of IPv6 the first half."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback:
        return UNKNOWN
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))

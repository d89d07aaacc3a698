"""Which network a request is taken to come from: never the one a browser only claims."""

from __future__ import annotations

from dataclasses import replace

import pytest

from foundation.networks import network_of, network_of_request

CLIENT, PROXY, CLAIMED = "198.51.100.7", "10.0.0.2", "203.0.113.66"


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("", ""),
        ("unix:", ""),
        ("<script>", ""),
    ],
)
def test_the_network_of_an_address(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("proxies", "remote", "said", "network"),
    [
        (0, CLIENT, CLAIMED, CLIENT),
        (1, "127.0.0.1", CLIENT, CLIENT),
        (1, "127.0.0.1", f"{CLAIMED}, {CLIENT}", CLIENT),
        (2, "127.0.0.1", f"{CLAIMED}, {CLIENT}, {PROXY}", CLIENT),
        (2, "127.0.0.1", CLAIMED, ""),
        (1, "127.0.0.1", "", ""),
        (1, "127.0.0.1", f"{CLIENT}, nonsense", ""),
    ],
)
def test_as_many_addresses_are_believed_as_there_are_proxies(app, proxies, remote, said, network):
    app.extensions["settings"] = replace(app.extensions["settings"], proxies=proxies)

    with app.test_request_context(
        headers={"X-Forwarded-For": said}, environ_base={"REMOTE_ADDR": remote}
    ):
        assert network_of_request() == network

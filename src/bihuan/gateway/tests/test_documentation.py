"""The example in the documentation is a configuration that works."""

from pathlib import Path

from bihuan.gateway import config as conf
from bihuan.gateway.drivers.modbus_pdu import Address

PAGE = Path(__file__).parents[4] / "docs" / "domain" / "gateway.md"


def test_the_example_is_valid():
    _, example, _ = PAGE.read_text(encoding="utf-8").replace("```yaml", "```").split("```")
    config = conf.parse(example.encode())
    assert [point.code for point in config.points] == ["CO-01", "FAN-01"]
    for point in config.points:
        Address.parse(point.address)

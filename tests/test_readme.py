"""What README says of the faults is what the table of faults says."""

from pathlib import Path

from ws_handshake import FAULTS

README = Path(__file__).parent.parent / "README.md"


def table_of_faults() -> str:
    rows = ["| code | status | field | section |", "| --- | --- | --- | --- |"]
    for fault in FAULTS.values():
        field = fault.field or ""
        rows.append(f"| `{fault.code}` | {fault.status or ''} | {field} | {fault.section} |")
    return "\n".join(rows)


def test_the_readme_lists_every_fault_in_order() -> None:
    text = README.read_text(encoding="utf-8")
    _, begin, rest = text.partition("<!-- faults: made from FAULTS, checked by a test -->\n")
    table, end, _ = rest.partition("\n<!-- end of faults -->")
    assert begin and end
    assert table == table_of_faults()

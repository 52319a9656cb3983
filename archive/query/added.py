"""The domains that a person gave outlets: those in force, and those taken back."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from archive.models import DomainChangeRow, OutletRow
from archive.records import Domain

__all__ = ["domain_taken_back", "domains_added"]

_LAST = select(func.max(DomainChangeRow.id)).group_by(DomainChangeRow.outlet_id, DomainChangeRow.host)
_IN_FORCE = (
    select(OutletRow.name, DomainChangeRow.host, DomainChangeRow.since, DomainChangeRow.mirror)
    .join(OutletRow, OutletRow.id == DomainChangeRow.outlet_id)
    .where(DomainChangeRow.id.in_(_LAST), DomainChangeRow.added)
    .order_by(DomainChangeRow.id)
)
_TAKEN_BACK = (
    select(DomainChangeRow.host, DomainChangeRow.since, DomainChangeRow.mirror)
    .join(OutletRow, OutletRow.id == DomainChangeRow.outlet_id)
    .where(DomainChangeRow.id.in_(_LAST), ~DomainChangeRow.added, OutletRow.name == bindparam("outlet"))
    .where(DomainChangeRow.host == bindparam("host"))
)


def domains_added(connection: Connection) -> dict[str, tuple[Domain, ...]]:
    """The domains that were added and not taken back, by outlet."""
    found: dict[str, tuple[Domain, ...]] = {}
    for name, host, since, mirror in connection.execute(_IN_FORCE):
        found[name] = (*found.get(name, ()), Domain(host, since, mirror=mirror))
    return found


def domain_taken_back(connection: Connection, outlet: str, host: str) -> Domain | None:
    """A domain that was an outlet's and is so no more; None where it never was, or is."""
    found = connection.execute(_TAKEN_BACK, {"outlet": outlet, "host": host}).first()
    return Domain(found.host, found.since, mirror=found.mirror) if found else None

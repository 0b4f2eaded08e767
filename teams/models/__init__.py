"""People, places and bodies: the tables every other room stands on."""

from teams.models.appointments import Appointment
from teams.models.away import Away
from teams.models.bodies import Body, DispatchingUnit, Office, OfficeFunction, Pairing, Team
from teams.models.delegations import Delegation
from teams.models.grants import BodyPermission, Grant, RegionPermission
from teams.models.imports import RosterImport
from teams.models.people import Person, User
from teams.models.places import Region
from teams.models.robots import Robot
from teams.models.sessions import Session
from teams.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Appointment",
    "Away",
    "Body",
    "BodyPermission",
    "Delegation",
    "DispatchingUnit",
    "Grant",
    "Office",
    "OfficeFunction",
    "Pairing",
    "Person",
    "Region",
    "RegionPermission",
    "Robot",
    "RosterImport",
    "Session",
    "Team",
    "User",
]

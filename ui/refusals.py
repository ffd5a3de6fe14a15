"""One table: what was refused -> the key of its sentence in `ui/text`."""

from dispatch import errors
from geo.files import DataFileError
from ui.session import clock, date
from ui.text import Words


class NoPlace(errors.Refusal):
    """The call has no place yet."""


class NoType(errors.Refusal):
    """The call has no type yet."""


SENTENCES: dict[type[Exception], str] = {
    errors.EmptyText: "refusal.empty_text",
    errors.TextTooLong: "refusal.text_too_long",
    errors.BadCoordinates: "refusal.bad_coordinates",
    errors.OutsideArea: "refusal.outside_area",
    errors.PlaceUnclear: "refusal.place_unclear",
    errors.BadTime: "refusal.bad_time",
    errors.BadMonth: "refusal.bad_month",
    errors.BadValue: "refusal.bad_value",
    errors.UnknownType: "refusal.unknown_type",
    errors.UnknownUnit: "refusal.unknown_unit",
    errors.UnknownIncident: "refusal.unknown_incident",
    errors.UnknownRow: "refusal.unknown_row",
    errors.BadDataFile: "refusal.bad_data_file",
    errors.BadUnitsFile: "refusal.bad_units_file",
    errors.BadClosures: "refusal.bad_closures",
    errors.BadFeed: "refusal.bad_feed",
    errors.BadLayer: "refusal.bad_layer",
    errors.BadSetting: "refusal.bad_setting",
    errors.UnitBusy: "refusal.unit_busy",
    errors.UnitOffDuty: "refusal.unit_off_duty",
    errors.UnitAssigned: "refusal.unit_assigned",
    errors.IllegalMove: "refusal.illegal_move",
    errors.UnitsStillOut: "refusal.units_still_out",
    errors.Stale: "refusal.stale",
    errors.NoUnitAvailable: "refusal.no_unit_available",
    errors.NotAllowed: "refusal.not_allowed",
    errors.NothingPlanned: "refusal.nothing_planned",
    errors.HandoverTaken: "refusal.handover_taken",
    errors.OwnHandover: "refusal.own_handover",
    errors.CallSignTaken: "refusal.call_sign_taken",
    errors.HasStation: "refusal.has_station",
    errors.WordTaken: "refusal.word_taken",
    errors.NobodyAnswers: "refusal.nobody_answers",
    errors.NobodyBrings: "refusal.nobody_brings",
    errors.WrongPassword: "refusal.wrong_password",
    errors.LockedOut: "refusal.locked_out",
    errors.SignedOut: "refusal.signed_out",
    errors.PasswordToChange: "refusal.password_to_change",
    errors.WeakPassword: "refusal.weak_password",
    errors.LoginTaken: "refusal.login_taken",
    errors.LastAdmin: "refusal.last_admin",
    errors.KeyNameTaken: "refusal.key_name_taken",
    errors.TrainingInUse: "refusal.training_in_use",
    errors.DoesNotReconcile: "refusal.does_not_reconcile",
    errors.OwnerNeeded: "refusal.owner_needed",
    errors.DatabaseDown: "refusal.database_down",
    errors.DatabaseFull: "refusal.database_full",
    errors.DatabaseAway: "refusal.database_away",
    errors.JournalFailed: "refusal.journal_failed",
    errors.NotReplayed: "refusal.not_replayed",
    errors.JournalDamaged: "refusal.journal_damaged",
    NoPlace: "refusal.no_place",
    NoType: "refusal.no_type",
    DataFileError: "refusal.bad_data_file",
}
TOLD = (errors.DispatchError, DataFileError)


def sentence(refusal: Exception, say: Words) -> str:
    """Return one sentence for a refusal, in plain text."""
    fields = _fields(refusal, say)
    for kind in type(refusal).__mro__:
        if kind in SENTENCES:
            return say(SENTENCES[kind], **fields)
    return say("refusal.other")


def _fields(refusal: Exception, say: Words) -> dict[str, object]:
    """Return a refusal's fields as people read them."""
    fields: dict[str, object] = {"swapped": "", **vars(refusal)}
    if isinstance(refusal, errors.BadCoordinates) and refusal.swapped:
        fields["swapped"] = say("refusal.swapped")
    if isinstance(refusal, errors.EmptyText | errors.TextTooLong | errors.BadValue):
        fields["field"] = say.known(f"field.{refusal.field}", refusal.field)
    if isinstance(refusal, errors.NothingPlanned):
        fields["shift"] = say(f"shift.{refusal.shift}")
        fields["begins_at"] = date(refusal.begins_at)
    if isinstance(refusal, errors.BadFeed):
        fields["reason"] = say.known(f"feed_reason.{refusal.reason}", refusal.reason)
    if isinstance(refusal, errors.BadLayer):
        fields["reason"] = say.known(f"layer_reason.{refusal.reason}", refusal.reason)
    if isinstance(refusal, errors.UnitBusy | errors.HandoverTaken):
        fields["at"] = clock(refusal.at)
    if isinstance(refusal, errors.LockedOut):
        fields["until"] = clock(refusal.until)
    if isinstance(refusal, errors.UnitsStillOut):
        fields["call_signs"] = ", ".join(refusal.call_signs)
    if isinstance(refusal, errors.DoesNotReconcile):
        fields["faults"] = "; ".join(refusal.faults)
    if isinstance(refusal, errors.IllegalMove):
        for end in ("from_status", "to_status"):
            status = str(fields[end])
            fields[end] = say.known(f"status.{refusal.kind}.{status}", status)
    if isinstance(refusal, errors.UnitOffDuty):
        fields["status"] = say.known(f"status.unit.{refusal.status}", refusal.status)
    return fields

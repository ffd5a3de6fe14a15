"""Whatever the description allows, and much that it does not, gets an answer that it describes."""

from contextlib import suppress
from datetime import UTC, datetime

import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from dispatch import api, desk
from dispatch.api import make_api
from dispatch.person import Role

EACH = 25  # requests of each kind to each address
# A type no catalogue has fits the description and is refused; an unknown query is passed over.
TOO_STRICT = [positive_data_acceptance, negative_data_rejection]


def test_every_answer_is_as_described(room, monkeypatch):
    monkeypatch.setattr(api, "WRONG_BURST", 100_000)  # it tries wrong keys, too
    key = desk.add_key(room, "uji", [Role.SUPERVISOR], by="test", at=datetime.now(UTC))
    headers = {"Authorization": f"Bearer {key}"}
    described = schemathesis.openapi.from_asgi("/openapi.json", make_api(room), headers=headers)
    asked = 0
    for found in described.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(max_examples=EACH, deadline=None, suppress_health_check=list(HealthCheck))
            def ask(case):
                nonlocal asked
                asked += 1
                case.call_and_validate(headers=headers, excluded_checks=TOO_STRICT)

            with suppress(Unsatisfiable):  # what takes no input cannot be asked wrongly
                ask()

    assert asked > EACH * 10

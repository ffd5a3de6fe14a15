"""Settings come from the environment, once."""

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.config import load_settings
from dispatch.errors import BadSetting


def test_nothing_set_means_our_own_database_in_a_folder_of_ours():
    settings = load_settings({})

    assert settings.database_url is None
    assert settings.state_dir.name == "ambon112"
    assert settings.port == 8501
    assert settings.fix_max_age == timedelta(minutes=5)


def test_what_is_set_counts():
    settings = load_settings(
        {
            "AMBON112_DATABASE_URL": "postgresql://kominfo/ambon",
            "AMBON112_STATE_DIR": "/srv/ambon112",
            "AMBON112_DATA_DIR": "/srv/data",
            "AMBON112_PORT": "8600",
            "AMBON112_OPERATOR": "pusdalops",
            "AMBON112_FIX_MAX_AGE_S": "90",
        }
    )

    assert settings.database_url == "postgresql://kominfo/ambon"
    assert settings.state_dir == Path("/srv/ambon112")
    assert settings.data_dir == Path("/srv/data")
    assert (settings.port, settings.operator) == (8600, "pusdalops")
    assert settings.fix_max_age == timedelta(seconds=90)


def test_a_dsn_may_lie_in_a_file_that_others_cannot_read(tmp_path):
    file = tmp_path / "dsn"
    file.write_text("postgresql://app:rahasia@kominfo/ambon\n")

    settings = load_settings(
        {"AMBON112_DATABASE_URL_FILE": str(file), "AMBON112_OWNER_URL": "host=kominfo user=owner"}
    )

    assert settings.database_url == "postgresql://app:rahasia@kominfo/ambon"
    assert settings.owner_url == "host=kominfo user=owner"
    with pytest.raises(BadSetting):
        load_settings({"AMBON112_OWNER_URL_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("said", "wanted", "training"),
    [({}, False, False), ({}, True, True), ({"AMBON112_TRAINING": "1"}, False, True),
     ({"AMBON112_TRAINING": "0"}, False, False)],
)  # fmt: skip
def test_training_is_asked_for_and_has_ports_of_its_own(said, wanted, training):
    settings = load_settings(said, training=wanted)

    assert settings.training is training
    assert (settings.port, settings.api_port) == ((8502, 8113) if training else (8501, 8112))


def test_a_word_for_training_that_is_neither_yes_nor_no_is_refused():
    with pytest.raises(BadSetting):
        load_settings({"AMBON112_TRAINING": "ya"})


@pytest.mark.parametrize("name", ["AMBON112_PORT", "AMBON112_API_PORT", "AMBON112_FIX_MAX_AGE_S"])
@pytest.mark.parametrize("value", ["x", "0", "-1", "99999999", "80.5", "٨٠"])
def test_a_number_that_cannot_be_is_refused_by_name(name, value):
    with pytest.raises(BadSetting) as refused:
        load_settings({name: value})

    assert (refused.value.name, refused.value.value) == (name, value)


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_setting_is_not_set(value):
    assert load_settings({"AMBON112_DATABASE_URL": value}).database_url is None


def test_who_sends_alerts_is_set_by_the_centre():
    said = {"AMBON112_CAP_SENDER": "112@ambon.example"}

    assert load_settings(said).cap_sender == "112@ambon.example"


@pytest.mark.parametrize("value", ["Kota Ambon", "a,b", "a<b", "a&b", "a\x01b"])
def test_a_sender_that_cap_forbids_is_refused_by_name(value):
    with pytest.raises(BadSetting) as refused:
        load_settings({"AMBON112_CAP_SENDER": value})

    assert (refused.value.name, refused.value.value) == ("AMBON112_CAP_SENDER", value)

"""What names no place in Ambon is never taken for one with confidence."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo.geocode import Geocoder, Status, load_geocoder
from geo.kelurahan import load_boundaries

JAKARTA = """
Jl. Sudirman Jakarta|Jalan Jenderal Sudirman Kav 52 Jakarta Selatan|Jalan Thamrin|Tanah Abang
Jl. MH Thamrin No 1|Jalan Gatot Subroto|Kebayoran Baru|Pasar Minggu|Tanjung Priok|Kelapa Gading
Mangga Besar|Jl Kapten Tendean Jakarta|Jl. Wolter Monginsidi Kebayoran Baru|Jl HR Rasuna Said
Jalan Sisingamangaraja Jakarta|Jalan Cut Nyak Dien Menteng|Jl Hayam Wuruk|Jl Gajah Mada|Gambir
Jalan Kramat Raya|Jalan Salemba|Jalan Cikini Raya|Jl Veteran|Jalan Juanda|Senayan City|Blok M
Jl Fatmawati|Jl TB Simatupang|Jalan Daan Mogot|Grogol|Slipi|Jalan S Parman|Cempaka Putih|Menteng
Jalan Letjen Suprapto|Matraman|Jatinegara|Jl Otista|Kampung Melayu|Kampung Rambutan|Jl Raya Bogor
Jl Mayjen Sutoyo|Jl Dewi Sartika|Jalan Kalibata|Pejaten Village|Jl Kemang Raya|Ragunan|Ancol
Lebak Bulus|Pondok Indah|Bintaro Jaya|Ciputat|Monas|Kota Tua|Pulo Gadung|Tanah Kusir|Kuningan
"""
SURABAYA = """
Jl Ahmad Yani Surabaya|Jl. Tunjungan Surabaya|Jalan Basuki Rahmat|Jl Darmo|Jalan Raya Gubeng
Jl. Diponegoro Surabaya|Jalan Kertajaya|Jl. Panglima Sudirman|Tanjung Perak|Jalan Embong Malang
Jl Blauran|Jalan Kranggan|Jl Bubutan|Pasar Turi|Jalan Kapasan|Jl Kenjeran|Jalan Rungkut|Jl Manyar
Jalan Ngagel|Wonokromo|Jl Mayjen Sungkono|Jalan HR Muhammad|Ketintang|Jl Jemursari|Jalan Demak
Jl Raya Darmo Permai|Jalan Urip Sumoharjo|Jalan Dharmahusada|Jl Mulyosari|Jl Kembang Jepun
Jalan Yos Sudarso Surabaya|Jl Gubernur Suryo|Jl Walikota Mustajab|Karang Pilang|Jl Pahlawan
"""
ELSEWHERE = """
Malioboro|Bandung|Kota Medan|Makassar|Jalan Braga Bandung|Simpang Lima Semarang|Jl Ahmad Yani
Jl Slamet Riyadi Solo|Jl Imam Bonjol|Jalan Hasanuddin|Jl Pattimura|Jl Soekarno Hatta|Batu Ceper
Gunung Sahari|Kampung Bali|Jl Mawar|Jalan Anggrek|Jl Kenanga|Jalan Melati Bekasi|Denpasar Bali
"""
INSULTS_AND_WORDS = """
anjing|bangsat kau|bodoh sekali kamu|goblok|monyet|babi|dasar tolol|asdfgh|qwerty uiop|halo halo
lorem ipsum dolor sit amet|tes tes|saya lapar|mau pesan pizza|berapa harga beras|hujan deras
kucing saya hilang|ayam goreng|nasi kuning|meja kursi lemari|pasar malam|gunung api|air panas
selamat pagi|siapa nama kamu|jual mobil bekas|lampu merah|langit biru|daun hijau|sepatu baru
baju merah|ikan bakar|sapi putih|gajah besar|tikus mati|materi kuliah|baterai habis|muka kau
iseng saja|prank|hahaha|wkwkwk|zzz|....|!!!|12345|081234567890|happy birthday|I need help
bonjour monsieur|привет|你好|مرحبا|🔥🔥🔥|'; DROP TABLE x;--|<script>alert(1)</script>|malaikat
komputer rusak|sinyal jelek|listrik mati|ganteng|mimpi basah|judi online|kopi pahit|singa lepas
bima sakti|mutiara hitam|putri duyung|sinar matahari|pantai indah|asrama putri|karang gigi
saos tomat|lari pagi|gosip artis|halang rintang|pesta ulang tahun|monalisa lukisan|orang gila
"""


def listed(lines: str) -> list[str]:
    return [text for line in lines.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("lines", [JAKARTA, SURABAYA, ELSEWHERE, INSULTS_AND_WORDS])
def test_never_located_above_half(lines: str, geocoder: Geocoder):
    sure = [
        (text, answer.candidates[0].label, answer.candidates[0].confidence)
        for text in listed(lines)
        if (answer := geocoder.locate(text)).status is Status.LOCATED
        and answer.candidates[0].confidence > 0.5
    ]

    assert not sure


def test_a_city_on_a_signboard_does_not_move_the_place(geocoder: Geocoder):
    text = "Jalan Sultan Babulah, Kelurahan Silale (rumah makan padang)"

    assert geocoder.locate(text).candidates[0].kelurahan == "Silale"


GEOCODER = load_geocoder(load_boundaries())
WORDS = ["kelurahan", "Batu Merah", "RT 003/RW 02", "jl.", "kel", "Nusaniwe", "depan", "-3.69",
         "128.18", "lat", "°", "S", "E", "RW", "/", "3d", "@", "+", "geo:", "rumah", "keluarga",
         "Tulehu", "Jakarta", "\x00", "\ud800", "İ", "ﬃ", "e\u0301"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
@example("")
@example(" " * 5000)
@example("1.11," * 900)
@example("RT " * 900)
@example("desa xkilq " * 300)
def test_any_text_gets_an_answer_that_holds_together(text: str):
    answer = GEOCODER.locate(text)

    assert (answer.status in (Status.LOCATED, Status.AMBIGUOUS)) <= bool(answer.candidates)
    for candidate in answer.candidates:
        assert 0.0 <= candidate.confidence <= 1.0
        assert candidate.radius_m > 0
    if answer.status is Status.AMBIGUOUS:
        assert answer.question

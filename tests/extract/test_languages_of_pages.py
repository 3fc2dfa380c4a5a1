"""Whole pages in each language of the lexicon: policies, and pages that are none."""

import tomllib
from pathlib import Path

import pytest

from extract import extract_policy, lexicon
from extract.content.blocks import sentence_case
from extract.verdict import OTHER_PAGE, POLICY, SOFT_404

PAGES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text(encoding="utf-8"))
URL = "https://www.quillfern.example/p/17"


def page(code, kind):
    title, *paragraphs = PAGES[code][kind]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = f"<title>{title}</title><body><main><h1>{title}</h1>{body}</main><footer>Quillfern</footer>"
    return extract_policy(f"<!doctype html><html>{html}</html>".encode(), url=URL)


def test_the_pages_are_in_the_languages_that_the_extraction_has_to_know():
    languages = "en fr de es pt it nl sv da nb fi pl cs ro et hu el tr ru uk ar he ja zh zh-Hant ko th"
    assert list(PAGES) == languages.split()
    assert {code.partition("-")[0] for code in PAGES} <= set(lexicon.by_language("terms"))


@pytest.mark.parametrize("code", PAGES)
def test_a_short_policy_in_plain_words_is_a_policy_with_all_its_sentences(code):
    document = page(code, "policy")
    title, *paragraphs = PAGES[code]["policy"]
    assert (document.verdict, document.language, document.title, document.completeness) == (
        *(POLICY, code.partition("-")[0], title),
        1.0,
    )
    assert document.body == "\n\n".join(paragraphs)


@pytest.mark.parametrize("code", PAGES)
@pytest.mark.parametrize(
    ("kind", "verdict"), [("terms", OTHER_PAGE), ("home", OTHER_PAGE), ("missing", SOFT_404)]
)
def test_another_page_is_no_policy(code, kind, verdict):
    assert page(code, kind).verdict == verdict


DATED = {
    "fr": "Dernière mise à jour : 25 mai 2018",
    "de": "Stand: 25.5.2018",
    "es": "Última actualización: 25 de mayo de 2018",
    "pt": "Última atualização em 25 de maio de 2018",
    "it": "Ultimo aggiornamento: 25 maggio 2018",
    "nl": "Laatst bijgewerkt op 25 mei 2018",
    "sv": "Senast uppdaterad: 25 maj 2018",
    "da": "Sidst opdateret d. 25. maj 2018",
    "nb": "Sist oppdatert 25. mai 2018",
    "fi": "Päivitetty 25.5.2018",
    "pl": "Ostatnia aktualizacja: 25 maja 2018 r.",
    "cs": "Datum poslední aktualizace: 25. 5. 2018",
    "ro": "Ultima actualizare: 25 mai 2018",
    "et": "Viimati uuendatud: 25. mai 2018",
    "hu": "Utolsó frissítés: 2018. május 25.",
    "el": "Τελευταία ενημέρωση: 25 Μαΐου 2018",
    "tr": "Son güncelleme: 25 Mayıs 2018",
    "ru": "Последнее обновление: 25 мая 2018 г.",
    "uk": "Востаннє оновлено 25 травня 2018 року",
    "ar": "آخر تحديث: ٢٥ مايو ٢٠١٨",
    "he": "עודכן לאחרונה: 25 במאי 2018",
    "ja": "2018年5月25日 改定",
    "zh": "更新日期：2018年5月25日",
    "ko": "시행일: 2018년 5월 25일",
    "th": "ปรับปรุงล่าสุดเมื่อวันที่ 25 พฤษภาคม 2561",
}


@pytest.mark.parametrize("code", DATED)
@pytest.mark.parametrize(
    "layout",
    [
        "<div><h1>{title}</h1><p>{date}</p>{text}</div>",
        "<h1>{title}</h1><p>{date}</p><div>{text}</div>",
        "<h1>{title}</h1><div>{text}</div><div>{date}</div>",
    ],
)
def test_a_date_beside_the_text_belongs_to_it_and_is_the_stated_date(code, layout):
    title, *paragraphs = PAGES[code]["policy"]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    menu = '<div><a href="/">Home</a> <a href="/b">Shop</a></div>'
    html = f"<title>{title}</title><body>{menu}{layout.format(title=title, date=DATED[code], text=text)}"
    document = extract_policy(f"<!doctype html><html>{html}".encode(), url=URL)
    assert DATED[code] in document.body
    assert (document.verdict, document.stated_date) == (POLICY, "2018-05-25")


@pytest.mark.parametrize("code", PAGES)
def test_a_fragment_with_line_breaks_only_is_a_policy_too(code):
    title, *paragraphs = PAGES[code]["policy"]
    document = extract_policy(
        "<br>".join((title, *paragraphs)).encode(), url=URL, content_type="text/html; charset=utf-8"
    )
    assert (document.verdict, document.language) == (POLICY, code.partition("-")[0])
    assert all(paragraph in document.body for paragraph in paragraphs)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("We keep Your name", 0.5),
        ("我们使用 Cookie 来记住您的购物车。", 1.0),
        ("نستخدم ملفات Cookie في متجر Quillfern حتى نتذكر سلتك", 1.0),
        ("Home Shop Help 中文", 0.0),
        ("WE KEEP YOUR NAME", 1.0),
        ("", 1.0),
    ],
)
def test_capitals_are_no_evidence_where_most_words_have_no_case(text, share):
    assert sentence_case(text) == share


FOOTERS = {
    "en": ("Back to top", "All rights reserved."),
    "fr": ("Retour en haut", "Tous droits réservés."),
    "de": ("Nach oben", "Alle Rechte vorbehalten."),
    "es": ("Volver arriba", "Todos los derechos reservados."),
    "pt": ("Voltar ao topo", "Todos os direitos reservados."),
    "it": ("Torna su", "Tutti i diritti riservati."),
    "nl": ("Terug naar boven", "Alle rechten voorbehouden."),
    "pl": ("Powrót do góry", "Wszelkie prawa zastrzeżone."),
    "hu": ("Vissza a tetejére", "Minden jog fenntartva."),
    "tr": ("Başa dön", "Tüm hakları saklıdır."),
    "ru": ("Наверх", "Все права защищены."),
    "ja": ("ページトップへ", "無断転載を禁じます。"),
    "zh": ("返回顶部", "版权所有。"),
    "ko": ("맨 위로", "무단 전재 금지."),
    "ar": ("إلى الأعلى", "جميع الحقوق محفوظة."),
}


@pytest.mark.parametrize("code", FOOTERS)
def test_commands_and_rights_below_the_text_are_boilerplate(code):
    title, *paragraphs = PAGES[code]["policy"]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    command, rights = FOOTERS[code]
    html = f"<title>{title}</title><h1>{title}</h1><div>{text}<p>{command}</p><div>{rights}</div></div>"
    document = extract_policy(f"<!doctype html><html><body>{html}".encode(), url=URL)
    assert document.body == "\n\n".join(paragraphs)


# Names of policies beside the first ones of languages.toml.
MORE_NAMES = {
    "fr": ["Vie privée", "Données personnelles", "Politique de protection des données"],
    "pt": ["Privacidade", "Proteção de dados"],
    "it": ["Tutela della privacy", "Trattamento dei dati personali"],
    "el": ["Πολιτική προστασίας δεδομένων"],
    "pl": ["RODO", "Informacja o przetwarzaniu danych"],
    "zh-Hant": ["私隱政策"],
}


@pytest.mark.parametrize(("code", "name"), [(code, name) for code in MORE_NAMES for name in MORE_NAMES[code]])
def test_a_policy_with_another_name_is_a_policy(code, name):
    paragraphs = PAGES[code]["policy"][2:]
    body = f"<main><h1>{name}</h1>{''.join(f'<p>{text}</p>' for text in paragraphs)}</main>"
    html = f"<!doctype html><html><title>{name}</title><body>{body}</html>"
    assert extract_policy(html.encode(), url=URL).verdict == POLICY


@pytest.mark.parametrize(
    ("title", "text", "verdict"),
    [
        ("Privacybeleid", "Bezig met laden …", "script-only"),
        ("Lehekülge ei leitud", "Avaleht", SOFT_404),
        ("Lehte ei leitud", "Avaleht", SOFT_404),
    ],
)
def test_more_words_of_pages_about_themselves(title, text, verdict):
    html = f"<!doctype html><html><title>{title}</title><body><main><p>{text}</p></main></html>"
    assert extract_policy(html.encode(), url=URL).verdict == verdict


def test_the_copyright_line_of_a_short_policy_in_thai_is_boilerplate():
    sentences = PAGES["th"]["policy"][2:4]
    body = "".join(f"<p>{text}</p>" for text in sentences)
    html = f"<title>นโยบายความเป็นส่วนตัว</title><body><main>{body}</main><div>© 2020 สงวนลิขสิทธิ์</div>"
    assert extract_policy(html.encode(), url=URL).body == "\n\n".join(sentences)


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("en", "Was this article helpful?"),
        ("de", "War diese Seite hilfreich?"),
        ("fr", "Cet article vous a-t-il été utile ?"),
        ("es", "¿Te ha sido útil esta página?"),
        ("nl", "Was dit artikel nuttig?"),
    ],
)
def test_the_question_whether_a_page_was_helpful_is_boilerplate(code, question):
    title, *paragraphs = PAGES[code]["policy"]
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    vote = f"<p>{question} <button>1</button></p>"
    html = f"<title>{title}</title><body><main><h1>{title}</h1><div>{text}{vote}</div></main>"
    assert extract_policy(f"<!doctype html><html>{html}".encode(), url=URL).body == "\n\n".join(paragraphs)

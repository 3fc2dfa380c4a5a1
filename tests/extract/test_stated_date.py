from datetime import date

import pytest

from extract.stated_date import stated_date

OWN = [
    ("en", "Last updated: 25th day of May, 2018", "2018-05-25"),
    ("en", "Effective 25-May-2018", "2018-05-25"),
    ("en", "Rev. 5/25/18", "2018-05-25"),
    ("ja", "最終更新日：2018年5月25日", "2018-05-25"),
    ("ja", "2018年5月25日 改定", "2018-05-25"),
    ("ja", "2005年4月1日 制定\n2018年5月25日 改定", "2018-05-25"),
    ("th", "ปรับปรุงล่าสุดเมื่อวันที่ 25 พฤษภาคม 2561", "2018-05-25"),
    ("th", "มีผลบังคับใช้ตั้งแต่วันที่ 25 พฤษภาคม พ.ศ. 2561", "2018-05-25"),
    ("ar", "آخر تحديث: ٢٥ مايو ٢٠١٨", "2018-05-25"),
    ("he", "עודכן לאחרונה: 25 במאי 2018", "2018-05-25"),
    ("es", "Última actualización: 25 de mayo de 2018", "2018-05-25"),
    ("hu", "Utolsó frissítés: 2018. május 25.", "2018-05-25"),
    ("hu", "Hatályos: 2018. 05. 25. napjától", "2018-05-25"),
    ("ko", "시행일: 2018년 5월 25일", "2018-05-25"),
    ("ko", "이 방침은 2018년 5월 25일부터 적용됩니다.", "2018-05-25"),
    ("fi", "Päivitetty 25.5.2018", "2018-05-25"),
    ("cs", "Datum poslední aktualizace: 25. 5. 2018", "2018-05-25"),
    ("fr", "Dernière mise à jour : 1er mai 2018", "2018-05-01"),
    ("pt", "Última atualização em 1º de maio de 2018", "2018-05-01"),
    ("ru", "Последнее обновление: 25 мая 2018 г.", "2018-05-25"),
    ("ru", "Редакция от 25.05.2018", "2018-05-25"),
    ("uk", "Востаннє оновлено 25 травня 2018 року", "2018-05-25"),
    ("el", "Τελευταία ενημέρωση: 25 Μαΐου 2018", "2018-05-25"),
    ("tr", "Son güncelleme: 25 Mayıs 2018", "2018-05-25"),
    ("tr", "Bu politika 25.05.2018 tarihinde güncellenmiştir.", "2018-05-25"),
    ("en", "Updated: May 2018", "2018-05"),
    ("de", "Stand: Mai 2018", "2018-05"),
    ("de", "Stand 25.5.2018", "2018-05-25"),
    ("de", "Diese Erklärung gilt ab 25. Mai 2018.", "2018-05-25"),
    ("en", "privacy notice - updated 9/2012 | cookies | help", "2012-09"),
    ("zh", "更新日期：2018年5月25日", "2018-05-25"),
    ("zh", "本政策自2018年5月25日起生效", "2018-05-25"),
    ("zh", "本政策于2018年5月25日更新", "2018-05-25"),
    ("nl", "Laatst bijgewerkt op 25 mei 2018", "2018-05-25"),
    ("nl", "Versie: 25 mei 2018", "2018-05-25"),
    ("sv", "Senast uppdaterad: 25 maj 2018", "2018-05-25"),
    ("da", "Sidst opdateret d. 25. maj 2018", "2018-05-25"),
    ("nb", "Sist oppdatert 25. mai 2018", "2018-05-25"),
    ("pl", "Ostatnia aktualizacja: 25 maja 2018 r.", "2018-05-25"),
    ("pl", "Polityka obowiązuje od 25 maja 2018 r.", "2018-05-25"),
    ("ro", "Ultima actualizare: 25 mai 2018", "2018-05-25"),
    ("et", "Viimati uuendatud: 25. mai 2018", "2018-05-25"),
    ("it", "Ultimo aggiornamento: 25 maggio 2018", "2018-05-25"),
    ("it", "La presente informativa è in vigore dal 25/05/2018", "2018-05-25"),
    (
        "en",
        "Our notice was last revised on May 15, 2018. For older orders it is effective on May 25, 2018.",
        "2018-05-15",
    ),
    ("fr", "Cette politique s’applique à partir du 28/04/2022.", "2022-04-28"),
    ("en", "This Privacy Notice applies from 28/04/2022.", "2022-04-28"),
    ("en", "v3.0 – 25.05.2018", "2018-05-25"),
    ("en", "Last Updated: 25th May '18", "2018-05-25"),
    ("en", "Last updated: May 25, 2018 | Effective date: June 1, 2018", "2018-05-25"),
    ("en", "Effective date: May 1, 2018, last updated May 25, 2018", "2018-05-25"),
    ("ru", "Дата вступления в силу: «25» мая 2018 г.", "2018-05-25"),
    ("uk", "Дата набрання чинності: 25 травня 2018 р.", "2018-05-25"),
    ("uk", "Останні зміни: 25 травня 2018 року", "2018-05-25"),
    ("da", "Ikrafttrædelsesdato: 25. maj 2018", "2018-05-25"),
    ("et", "Kehtib alates 25. maist 2018", "2018-05-25"),
    ("et", "Tingimused on viimati uuendatud 1. oktoobril 2018.", "2018-10-01"),
    ("ko", "본 방침은 2018년 5월 25일부터 시행됩니다.", "2018-05-25"),
    ("tr", "Bu politika 25 Mayıs 2018 tarihinde yürürlüğe girmiştir.", "2018-05-25"),
    ("hu", "A jelen tájékoztató 2018. május 25. napjától hatályos.", "2018-05-25"),
    ("en", "**Last updated**\n\nMay 25, 2018", "2018-05-25"),
    ("en", "# Privacy Policy\n\nAugust 7, 2018.\n\nWe keep it.", "2018-08-07"),
    ("en", "Privacy Notice [As of 5/13/2019] About this notice", "2019-05-13"),
    ("en", "Posted and effective for new customers: February 4, 2013", "2013-02-04"),
    ("en", "Last modified: 2018-05-25", "2018-05-25"),
    ("de", "Zuletzt aktualisiert: 3. Januar 2025", "2025-01-03"),
    ("en", "Privacy\nLast updated: March 3, 2014\nWe sell.", "2014-03-03"),
    ("en", "Effective September 13, 2017", "2017-09-13"),
    ("en", "Last Revised: 13 January 2015", "2015-01-13"),
    ("en", "Effective date: Aug 09, 2019", "2019-08-09"),
    ("en", "This policy is effective as of 1st of May 2018", "2018-05-01"),
    ("en", "Dated 2015-12-09", "2015-12-09"),
    ("en", "Last updated: 13/12/2015", "2015-12-13"),
    ("de", "Stand: 1. Januar 2020", "2020-01-01"),
    ("de", "Zuletzt geändert, Stand: 02.01.2020", "2020-01-02"),
    ("fr", "Version du 1er janvier 2019", "2019-01-01"),
    (
        "en",
        "Effective: May 1, 2015. Last updated: April 2, 2015",
        "2015-04-02",
    ),  # an update before what holds since
    ("en", "Updated: September 2012", "2012-09"),
    ("en", "(c) 2019 Quillfern. Effective January 1, 2019", "2019-01-01"),
    ("en", "© 2019 Quillfern | Updated January 2019", "2019-01"),
    ("de", "© 2018 Quillfern – Stand: 25. Mai 2018", "2018-05-25"),
    ("en", "| Effective Date | 5/25/2018 |", "2018-05-25"),
    ("en", "[Privacy Policy](https://shop.example/2019/01/02) *(updated May 25, 2018)*", "2018-05-25"),
]
NOT_OWN = [
    ("en", "The GDPR took effect on May 25, 2018, and our shop follows it."),
    ("en", "under the Regulation of 27 April 2016 and the French law of 6 January 1978"),
    ("en", "Copyright 2022 Quillfern Inc"),
    ("en", "© 2019, updated 2019"),
    ("en", "Effective January 1, 2020, residents of California have these rights."),
    ("en", "August 15, 2023: Updated the list of carriers."),
    ("en", "Previous version: October 11, 2012"),
    ("en", "Updated: 05/11/2021"),
    (
        "en",
        "It rests on the standard clauses of the Commission dated June 4, 2021.",
    ),
    ("en", "This list of changes begins as of July 2004."),
    ("en", "Vouchers are not valid for orders prior to 10/30/17."),
    ("en", "Our previous privacy notice (effective for old customers until March 26, 2013)"),
    ("de", "Beschluss der EU-Kommission vom 05.06.2021"),
    ("en", "Born on May 1, 2000, we updated our site."),
    ("en", "Current as of: 3/30/2020 5:12:07 PM"),
    ("en", "Current as of 3/30/2020"),
    ("en", "Updated: February 30, 2014"),
    ("en", "We collect up to 10.1.12.5 addresses, call 1-800-333-3330."),
    ("en", "Terms of Use (updated May 25, 2018)"),
    ("en", "This policy was first published on 3 January 2001."),
    ("en", "This policy will be reviewed by 25 May 2018."),
    ("en", "We updated our prices on 25 May 2018."),
    ("en", "May 25, 2018: first version"),
    ("en", "This history begins as of July 2004."),
    ("de", "Bundesdatenschutzgesetz in der Fassung vom 25. Mai 2018"),
    ("da", "Databeskyttelsesforordningen gælder fra 25. maj 2018."),
    ("sv", "Dataskyddsförordningen gäller från och med den 25 maj 2018."),
    ("fi", "Henkilötietolaki, päivitetty 25.5.2018"),
    ("fr", "Loi n° 2004-801 du 6 août 2004, modifiée le 25 mai 2018"),
    ("it", "D.Lgs. 196 del 30 giugno 2003, aggiornato il 25 maggio 2018"),
    ("zh", "《中华人民共和国网络安全法》自2017年6月1日起施行"),
    ("ko", "개인정보 보호법은 2011년 9월 30일부터 시행되었습니다."),
    ("de", "Verordnung (EU) 2016/679 vom 27. April 2016"),
    ("fr", "La version précédente s’applique jusqu’au 25 mai 2018."),
    ("ja", "個人情報の保護に関する法律（平成15年5月30日法律第57号）"),
    ("en", ""),
]


@pytest.mark.parametrize(("language", "text", "stated"), OWN)
def test_a_policys_own_date(language: str, text: str, stated: str) -> None:
    assert stated_date(text, language=language) == stated


@pytest.mark.parametrize(("language", "text"), NOT_OWN)
def test_another_date_is_not_the_policys(language: str, text: str) -> None:
    assert stated_date(text, language=language) is None


def test_the_labels_of_all_languages_count_if_the_language_is_unknown() -> None:
    assert stated_date("最終更新日：2018年5月25日") == "2018-05-25"
    assert stated_date("Stand: 25.5.2018") == "2018-05-25"


def test_a_date_that_can_mean_two_days_is_decided_by_its_context_or_not_at_all() -> None:
    text = "Updated: 05/11/2020"
    assert stated_date(text, language="en") is None
    assert stated_date(text, language="fr") == "2020-11-05"
    assert stated_date(text, language="en", url="https://shop.example.co.uk/privacy") == "2020-11-05"
    assert stated_date(text, language="en", url="https://shop.us/privacy") == "2020-05-11"
    assert stated_date(text, language="en", url="https://shop.io/privacy") is None
    assert stated_date(text, language="en", seen=date(2020, 6, 1)) == "2020-05-11"  # November had not come
    assert stated_date(text, language="en", seen=date(2021, 6, 1)) is None
    assert stated_date(f"{text}\n\nOffers of 12/24/2020", language="en") == "2020-05-11"


def test_a_date_far_ahead_of_the_capture_is_misread() -> None:
    assert stated_date("Effective May 1, 2031", language="en", seen=date(2020, 6, 1)) is None
    assert stated_date("Effective May 1, 2021", language="en", seen=date(2020, 6, 1)) == "2021-05-01"


def test_a_line_with_only_a_date_counts_at_the_edges_of_a_text_if_it_is_the_only_one() -> None:
    middle = "\n".join(f"We keep order {number}." for number in range(20))
    assert stated_date(f"Privacy Policy\n{middle}\nMay 25, 2018", language="en") == "2018-05-25"
    assert stated_date(f"Privacy Policy May 25, 2018\n{middle}", language="en") == "2018-05-25"
    assert stated_date(f"Privacy\n{middle}\nMay 25, 2018\n{middle}", language="en") is None
    assert stated_date(f"May 25, 2018\n{middle}\nMay 1, 2017", language="en") is None
    assert stated_date(f"5/25/2018\n{middle}", language="en") is None


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Wien, am 25. Mai 2018"),
        ("fr", "Fait à Paris, le 25 mai 2018"),
        ("hu", "Budapest, 2018. május 25."),
        ("cs", "V Praze dne 25. 5. 2018"),
        ("es", "Madrid, a 25 de mayo de 2018"),
        ("pl", "Warszawa, 25 maja 2018 r."),
        ("ru", "г. Москва, 25 мая 2018 г."),
        ("en", "New York City, May 25, 2018"),
    ],
)
def test_a_place_and_a_day_at_the_end_are_the_date(language: str, line: str) -> None:
    middle = "\n".join(f"We keep order {number}." for number in range(20))
    assert stated_date(f"Privacy\n{middle}\n{line}", language=language) == "2018-05-25"
    assert stated_date(f"Privacy\n{line}\n{middle}", language=language) is None


@pytest.mark.parametrize(
    "line",
    [
        "Friday, May 25, 2018",
        "Today is Friday, May 25, 2018",
        "Lundi, 25 May 2018",
        "Vienna, May 2018",
        "Data Protection Act, 25 May 2018",
        "Until Friday, the shop is closed, May 25, 2018",
    ],
)
def test_a_clock_or_a_law_at_the_end_is_not_the_date(line: str) -> None:
    middle = "\n".join(f"We keep order {number}." for number in range(20))
    assert stated_date(f"Privacy\n{middle}\n{line}", language="en") is None


def test_the_latest_of_several_updates_in_a_row_counts_and_else_the_first() -> None:
    assert (
        stated_date("2005年4月1日 改定\n2018年5月25日 改定\n2012年1月1日 改定", language="ja") == "2018-05-25"
    )
    text = "Updated May 25, 2018\n\nWe sell lamps.\n\nThe cookie notice was updated on June 1, 2019."
    assert stated_date(text, language="en") == "2018-05-25"

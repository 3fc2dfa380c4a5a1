from extract.claims.recipients import OWN_NAME, Names


def names(text: str, *others: str) -> list[str]:
    return [name for name, _, _ in Names([text, *others]).of(text)]


def test_a_company_has_one_name_for_all_its_names():
    assert names("Meta, Facebook and DoubleClick place cookies.") == ["Facebook", "DoubleClick"]


def test_names_stand_at_their_place():
    text = "We use Klaviyo."
    assert list(Names([text]).of(text)) == [("Klaviyo", 7, 14)]


def test_a_part_of_a_word_is_no_name():
    assert names("Visage and Applesauce") == []


def test_the_name_of_the_shop_is_no_recipient():
    assert names("Lantern Ltd. sends lamps.", "Lantern " * OWN_NAME) == []
    assert names("Lantern Ltd. sends lamps.") == ["Lantern"]


def test_no_text_has_no_names():
    assert names("") == []

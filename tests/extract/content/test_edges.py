"""The edges of a text in a fragment, a page without structure."""

from extract import extract_policy

URL = "https://www.quillfern.example/privacy"


def fragment(*lines):
    return extract_policy("\n".join(lines).encode(), url=URL).body


SENTENCES = (
    "We collect your name and your e-mail address when you order, and we never sell personal information.",
    "We share it with the service providers who bring the lamp to you, and with no other third parties.",
)


def test_in_a_fragment_a_colon_announces_an_address_and_its_alternative():
    letter = "Please address any questions concerning our Privacy Policy by writing to:"
    first = "Quillfern Lamps Limited Attention: Chief Privacy Officer 4 Mill Lane 2nd Floor Oakford, New York"
    second = "Quillfern SARL 8 Chemin des Tilleuls 1214 Vernier Switzerland"
    text = fragment(*SENTENCES, letter, first, "or", second, "Back to Top", "Home | Stores | Help")
    assert text.endswith(f"{letter}\n\n{first}\n\nor\n\n{second}")
    assert fragment(*SENTENCES, letter, "Back to Top", "Home | Stores | Help").endswith(letter)
    lines = ("4 Mill Lane", "Oakford, NY 10022")
    menu = ("Customer Care", "Careers", "Find a Shop", "Site Map")
    assert fragment(*SENTENCES, letter, "Quillfern Ltd.", *lines, *menu).endswith("\n\n".join(lines))
    assert fragment(*SENTENCES, "Quillfern Brass Lamps Of Oakford And Of Vernier").endswith(SENTENCES[-1])

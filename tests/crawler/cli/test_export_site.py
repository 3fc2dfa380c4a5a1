"""`policytrail export --format site`: what it prints, its options, and what it refuses."""

from pathlib import Path

import pytest

from tests.support.commands import Run, error


def test_a_site_is_written_once(policytrail: Run, archive: str):
    ended = policytrail("export", archive, "out", "--format", "site")
    written = sum(path.is_file() for path in Path("out").rglob("*")) - 1  # without the list of files
    assert ended == (0, f"out: {written} written, 0 there already\n", "")
    assert (
        Path("out") / "policies" / "shop.example" / "20140101000000-20180525000000.html"
    ).exists() is False
    assert (Path("out") / "policies" / "shop.example" / "20150101000000-20180525000000.html").exists()
    ended = policytrail("export", archive, "out", "--format", "site")
    assert ended == (0, f"out: 0 written, {written} there already\n", "")


@pytest.mark.parametrize("url", ["https://news.example", "https://news.example/"])
def test_the_address_of_the_site_gets_a_slash(policytrail: Run, archive: str, url: str):
    policytrail("export", archive, "out", "--format", "site", "--base-url", url)
    assert "Sitemap: https://news.example/sitemap.xml\n" in (Path("out") / "robots.txt").read_text()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example",
        "ftp://news.example",
        "https://news.example/?a=b",
        "https://news.example/#a",
        "https://",
        "https://a b/",
        "https://news.example/\n",
    ],
)
def test_an_address_that_is_none_is_refused(policytrail: Run, archive: str, url: str):
    ended = policytrail("export", archive, "out", "--format", "site", "--base-url", url)
    assert ended.status == 2
    assert "--base-url must be an address like https://news.example/policies/" in error(ended)
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "options", [["--latest"], ["--from", "2018"], ["--to", "2018"], ["--retailer", "shop.example"]]
)
def test_a_site_has_everything(policytrail: Run, archive: str, options: list[str]):
    ended = policytrail("export", archive, "out", "--format", "site", *options)
    assert ended.status == 2
    assert "a site has all versions of all retailers" in error(ended)


def test_other_formats_have_no_address(policytrail: Run, archive: str):
    ended = policytrail("export", archive, "out.csv", "--format", "csv", "--base-url", "https://a.example")
    assert ended.status == 2
    assert "--base-url is an option of the formats site and atom" in error(ended)
    assert not Path("out.csv").exists()


def test_a_file_cannot_be_a_site(policytrail: Run, archive: str):
    Path("out").write_text("mine")
    ended = policytrail("export", archive, "out", "--format", "site")
    assert (ended.status, error(ended)) == (2, "out is a file: this format needs a folder")
    assert Path("out").read_text() == "mine"

from extract.html.source_text import source_text


def test_all_text_of_a_page_in_the_order_of_its_source():
    page = b"<html><title>T</title><nav>Menu</nav><p>One <b>two</b></p><footer>\xc2\xa9 Shop</footer>"
    assert source_text(page) == "TMenuOne two© Shop"


def test_scripts_styles_templates_and_comments_are_left_out_and_what_follows_them_stays():
    page = b"<p>a<script>1</script>b<style>2</style>c<template>3</template>d<!-- 4 -->e<?php 5 ?>f</p>"
    assert source_text(page) == "abcdef"


def test_struck_text_is_left_out():
    page = b"<p>a<del>1</del>b<s>2</s>c<i style='text-decoration: line-through'>3</i>d</p>"
    assert source_text(page) == "abcd"


def test_bytes_that_are_no_utf8_are_read_as_windows_1252():
    assert source_text(b"<p>caf\xe9 \x80</p>") == "café €"


def test_no_characters_of_zero_reach_the_parser():
    assert source_text(b"<p>a\x00b</p>") == "ab"


def test_a_body_without_html_has_no_text():
    assert source_text(b"") == ""
    assert source_text(b"<!-- -->") == ""


def test_text_within_a_thousand_elements_is_read():
    assert source_text(b"<div>" * 1000 + b"deep" + b"</div>" * 1000 + b"after") == "deepafter"

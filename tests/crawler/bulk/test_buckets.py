from crawler.bulk.buckets import bucket_of, file


def test_a_retailer_is_always_in_the_same_bucket():
    """These numbers are part of the contract: results of many years are joined by them."""
    shops = ("shop.example", "bramblebooks.example", "xn--bcher-kva.example", "shop.example:8080")
    assert [bucket_of(shop, 64) for shop in shops] == [14, 26, 48, 51]


def test_every_bucket_is_used():
    assert {bucket_of(f"shop-{number}.example", 16) for number in range(500)} == set(range(16))


def test_the_file_of_a_bucket():
    assert file("versions", 7) == "versions/bucket=0007/part.parquet"

"""What `show` and `diff` print about days that no capture of the archive file of the tests shows."""

BRACKET = (
    "no capture between 2015-01-01 and 2018-05-25 is known to show the policy (1 empty): nothing is known of"
    " this time; shown is the version seen before\n"
)
GAP = (
    "no capture between 2014-01-01 and 2015-01-01: nothing is known of this time; shown is the version seen"
    " before and after\n"
)
AFTER = "no capture after 2018-05-25: nothing is known of this time; shown is the version seen before\n"

"""Sentences that the definitions of several tables share."""

from db.report.options import ReportOptions

AMOS = (
    "R. Amos, G. Acar, E. Lucherini, M. Kshirsagar, A. Narayanan, J. Mayer: Privacy Policies over Time:"
    " Curation and Analysis of a Million-Document Dataset. WWW 2021 (the authors' notebooks)"
)
OURS = "policytrail"


def text_of_period(options: ReportOptions) -> str:
    """Return the sentence that says which text a policy has in a period."""
    one = "The text of a policy in a period is that of its last good capture in it. "
    if options.as_published:
        return one + "A policy without a good capture in the period is not counted in it. "
    return one + (
        "In a period without a good capture, a policy counts if the captures before and after it show the"
        " same wording. "
    )

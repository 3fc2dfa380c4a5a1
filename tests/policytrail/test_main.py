"""The entry point of the command, before the command line is imported."""

import pytest

from policytrail import __main__, own_packages


def test_ctrl_c_while_libraries_are_imported_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(own_packages, "check", interrupted)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 3
    assert capsys.readouterr() == ("", "stopped\n")

"""The key that is made when nobody set one: whole, the same for all, its owner's alone."""

from pathlib import Path

import pytest

from routes.first_keys import UnusableKeyError, generated_key


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    made = generated_key(tmp_path / "data")

    assert generated_key(tmp_path / "data") == made
    assert len(made) > 40
    assert (tmp_path / "data" / "api_key").stat().st_mode & 0o777 == 0o600


def test_a_file_that_a_full_disk_left_empty_lets_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "api_key").write_text("\n")

    with pytest.raises(UnusableKeyError, match="holds no key"):
        generated_key(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UnusableKeyError, match=r"^DATA_DIR: .* set API_KEY\.$"):
        generated_key(tmp_path / "file" / "data")

from __future__ import annotations

import pytest

from prgate.formats.entire import checkpoint_folder, checkpoint_ids, checkpoint_ref, session_folders, transcript_parts

ID = "5f3a90c1d2e4"
ULID = "01K3V7Q9ZJ8XWN4T5RBD2MHCEG"


@pytest.mark.parametrize(
    "word",
    [
        "5f3a90c1d2e",
        "5f3a90c1d2e45",
        "5F3A90C1D2E4",
        "../../../etc",
        "5f3a90c1d2e*",
        "5f3a90c1d2e4:refs/heads/main",
        "5f3a90c1d2e4 and more",
        "01K3V7Q9ZJ8XWN4T5RBD2MHCE",
        "01K3V7Q9ZJ8XWN4T5RBD2MHCEI",
        "01K3V7Q9ZJ8XWN4T5RBD2MHCEGG",
        "",
    ],
)
def test_another_form_is_no_checkpoint(word: str) -> None:
    assert () == checkpoint_ids(f"Seal\n\nEntire-Checkpoint: {word}\n")


@pytest.mark.parametrize(
    "line", [f"See Entire-Checkpoint: {ID}", f"Entire-Checkpoint {ID}", f"X-Entire-Checkpoint: {ID}", f"Entire-Checkpoints: {ID}"]
)
def test_another_line_names_no_checkpoint(line: str) -> None:
    assert () == checkpoint_ids(f"Seal\n\n{line}\n")


@pytest.mark.parametrize(
    "message",
    [
        f"Seal\n\nEntire-Checkpoint: {ID}",
        f"Seal\r\n\r\nEntire-Checkpoint: {ID}\r\nEntire-Session: x\r\n",
        f"Squash (#4)\n\n* Seal\n\n    Entire-Checkpoint: {ID}\n\n* Test\n\nMore words.\n",
        f"Squash\n\n- entire-checkpoint:{ID}  \n> Entire-Checkpoint: {ID}\n",
    ],
)
def test_a_trailer_counts_wherever_a_squash_has_put_it(message: str) -> None:
    assert (ID,) == checkpoint_ids(message)


def test_all_checkpoints_of_a_message_count_in_order() -> None:
    assert (ULID, ID, ULID.lower()) == checkpoint_ids(
        f"a\nEntire-Checkpoint: {ULID}\nEntire-Checkpoint: {ID}\nEntire-Checkpoint: {ULID.lower()}\n"
    )


def test_a_message_of_many_blanks_takes_no_longer() -> None:
    assert () == checkpoint_ids((" " * 1_000 + "Entire-Checkpoint:" + " " * 1_000 + "x\n") * 500)


@pytest.mark.parametrize(
    ("id_", "ref", "folder"),
    [
        (ID, "refs/entire/checkpoints/e4/5f3a90c1d2e4", (b"5f", b"3a90c1d2e4")),
        (ULID, f"refs/entire/checkpoints/EG/{ULID}", (b"01", b"K3V7Q9ZJ8XWN4T5RBD2MHCEG")),
    ],
)
def test_a_checkpoint_lies_at_its_own_ref_or_in_the_folders_of_a_branch(id_: str, ref: str, folder: tuple[bytes, bytes]) -> None:
    assert (ref, folder) == (checkpoint_ref(id_), checkpoint_folder(id_))


def test_sessions_are_numbered_folders() -> None:
    assert [(0, b"0"), (2, b"2"), (10, b"10")] == session_folders([b"10", b"metadata.json", b"2", b"0", b"01", b"tasks", b"9999999"])


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        ([b"metadata.json", b"prompt.txt"], ()),
        ([b"full.jsonl.001", b"full.jsonl.002"], ()),
        ([b"full.jsonl.01", b"full.jsonlx", b"full.jsonl"], (b"full.jsonl",)),
        ([b"full.jsonl.002", b"full.jsonl", b"full.jsonl.001"], (b"full.jsonl", b"full.jsonl.001", b"full.jsonl.002")),
    ],
)
def test_a_transcript_is_one_file_or_its_parts_in_order(names: list[bytes], parts: tuple[bytes, ...]) -> None:
    assert parts == transcript_parts(names)


def test_a_transcript_has_no_more_than_a_hundred_parts() -> None:
    assert 100 == len(transcript_parts([b"full.jsonl", *(b"full.jsonl.%03d" % number for number in range(1, 500))]))

"""Attacks on the gate, one a file: what somebody would try who wants to be let through, or to speak with the gate's voice.

``test_<name>.py`` begins with a docstring of this form, which ``scripts/generate.py`` reads into ``docs/attacks.md``. The first line is the
attack in one sentence; then each of these once, in this order, running on over further lines where it is long::

    Group: policy | inputs | text | identity | forge | runner
    Seen in: the tool and version that lets it through; "nobody yet" where none is known
    Held by: what prgate does about it
    Left: what remains possible all the same (left out where nothing does)

The tests below it start at a real door: ``prgate action`` as a process or ``act`` in this one (``tests.action.bench``), or ``prgate check``.
"""

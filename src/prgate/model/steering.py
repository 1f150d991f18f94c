"""What steers the gate, the reviewers or the agents: files, as path globs, and the name of the check."""

from __future__ import annotations

from functools import cache

from prgate.model.globs import Matcher, compile_globs

CHECK = "prgate/verdict"
"""Name of the check that a team requires. A forge matches it by name alone, whoever set it."""

STEERING: dict[str, tuple[str, ...]] = {
    "the gate's policy": ("/.github/prgate.yml", "/.github/prgate.yaml", "/.github/prgate/**"),
    "the workflows and actions": ("/.github/workflows/**", "/.github/actions/**"),
    "the code owners": ("/CODEOWNERS", "/.github/CODEOWNERS", "/docs/CODEOWNERS", "/.gitlab/CODEOWNERS"),
    "git's attributes": (".gitattributes",),
    "the MCP configuration": (".mcp.json", "mcp.json", "**/.cursor/mcp.json", "**/.vscode/mcp.json", "**/.gemini/settings.json"),
    "the agents' skills": ("SKILL.md", "**/.claude/skills/**", "**/.agents/skills/**", "**/.codex/skills/**", "**/.github/skills/**"),
    "the agents' instructions": (
        "AGENTS.md",
        "AGENTS.override.md",
        "CLAUDE.md",
        "CLAUDE.local.md",
        "GEMINI.md",
        "QWEN.md",
        "CONVENTIONS.md",
        ".cursorrules",
        ".windsurfrules",
        ".clinerules",
        ".goosehints",
        ".aider.conf.yml",
        "**/.agents/**",
        "**/.amazonq/rules/**",
        "**/.claude/**",
        "**/.clinerules/**",
        "**/.codex/**",
        "**/.cursor/**",
        "**/.devin/**",
        "**/.gemini/**",
        "**/.junie/**",
        "**/.kiro/**",
        "**/.openhands/**",
        "**/.roo/**",
        "**/.windsurf/**",
        "/.github/agents/**",
        "/.github/chatmodes/**",
        "/.github/copilot-instructions.md",
        "/.github/copilot-setup-steps.yml",
        "/.github/instructions/**",
        "/.github/prompts/**",
    ),
}
"""What each group is, in words that complete "changes …", and its globs.

Sources: the vendors' documentation of Claude Code, Codex, Copilot, Cursor, Windsurf, Cline, Gemini CLI, Kiro, Junie, Amazon Q, OpenHands,
Roo, Goose, aider, and the AGENTS.md and SKILL.md conventions; GitHub's documentation of CODEOWNERS and workflows.
"""


@cache
def steers() -> Matcher:
    """A test of paths for any steering file."""
    return compile_globs([glob for globs in STEERING.values() for glob in globs])

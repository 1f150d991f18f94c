"""The shapes of credentials: one table, used to find them and to redact them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """What a vendor's credential looks like: one of ``starts``, then what the RE2 pattern ``rest`` says.

    ``kind`` names it in a message. ``certain`` is false where such a thing is often harmless: a key for tests, one that is public by
    design, or a token that has long expired. An empty start: ``rest`` says it all.
    """

    kind: str
    starts: tuple[str, ...]
    rest: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A credential without a shape of its own: what the RE2 pattern ``before`` says, then the credential, then the text ``after``.

    ``pair``: it is a name, a colon and a password. ``near``: one of these words stands before all of it; empty where the pattern says
    enough.
    """

    kind: str
    before: str
    value: str
    after: str = ""
    pair: bool = False
    near: tuple[bytes, ...] = ()
    certain: bool = False


_HEX = "[0-9a-f]"
_WORD = "[A-Za-z0-9]"
_Q = r"""\\{0,3}["']?"""
"""A quotation mark, or none, also as JSON escapes it."""
_IS = rf"{_Q}[ \t]{{0,3}}(?:[:,]|=>?)[ \t]{{0,3}}{_Q}"

SHAPES: Final = (
    # forges, registries, builds
    Shape("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), rf"{_WORD}{{30,}}"),
    Shape("GitHub token", ("github_pat_",), r"\w{30,}"),
    Shape("GitLab token", ("glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-"), r"[\w-]{20,}(?:\.[\w-]+)*"),
    Shape("GitLab token", ("glimt-", "glagent-", "gloas-", "glsoat-", "glffct-"), r"[\w-]{20,}"),
    Shape("Bitbucket token", ("ATBB",), rf"{_WORD}{{24,}}"),
    Shape("Atlassian token", ("ATATT3", "ATCTT3"), r"[\w=-]{60,}"),
    Shape("npm token", ("npm_",), rf"{_WORD}{{30,}}"),
    Shape("PyPI token", ("pypi-",), r"[\w-]{40,}"),
    Shape("RubyGems key", ("rubygems_",), rf"{_HEX}{{48}}"),
    Shape("crates.io token", ("cio",), rf"{_WORD}{{32}}"),
    Shape("NuGet key", ("oy2",), "[a-z0-9]{43}"),
    Shape("Docker Hub token", ("dckr_pat_", "dckr_oat_"), r"[\w-]{24,}"),
    Shape("CircleCI token", ("CCIPAT_", "CCIPRJ_"), rf"{_WORD}{{22}}_{_HEX}{{40}}"),
    Shape("Buildkite token", ("bkua_",), rf"{_HEX}{{40}}"),
    Shape("SonarQube token", ("sqa_", "sqp_", "squ_"), rf"{_HEX}{{40}}"),
    Shape("JFrog key", ("AKCp",), rf"{_WORD}{{69}}"),
    Shape("Sentry token", ("sntrys_", "sntryu_"), r"[\w=+/-]{40,}"),
    # clouds
    Shape("AWS access key", ("AKIA", "ASIA"), "[A-Z0-9]{16}"),
    Shape("AWS Bedrock key", ("ABSK",), r"[A-Za-z0-9+/]{80,}={0,2}"),
    Shape("Google API key", ("AIza",), r"[\w-]{35}", certain=False),
    Shape("Google OAuth secret", ("GOCSPX-",), r"[\w-]{28}"),
    Shape("Google OAuth token", ("ya29.",), r"[\w-]{30,}"),
    Shape("Azure storage key", ("AccountKey=",), "[A-Za-z0-9+/]{86}=="),
    Shape("Azure shared access key", ("SharedAccessKey=",), "[A-Za-z0-9+/]{43}="),
    Shape("Azure client secret", ("",), r"\w[\w~.]{2}[78]Q~[\w~.-]{31,34}"),
    Shape("Alibaba Cloud access key", ("LTAI",), rf"{_WORD}{{20}}"),
    Shape("DigitalOcean token", ("dop_v1_", "doo_v1_", "dor_v1_"), rf"{_HEX}{{64}}"),
    Shape("Cloudflare origin key", ("v1.0-",), rf"{_HEX}{{24}}-{_HEX}{{146}}"),
    Shape("Heroku key", ("HRKU-AA",), r"[\w-]{50,}"),
    Shape("Fly.io token", ("FlyV1 fm1_", "FlyV1 fm2_"), r"[\w+/=,-]{80,}"),
    Shape("Netlify token", ("nfp_",), rf"{_WORD}{{36}}"),
    Shape("Supabase key", ("sbp_",), rf"{_HEX}{{40}}"),
    Shape("Supabase key", ("sb_secret_",), r"[\w-]{30,}"),
    Shape("PlanetScale password", ("pscale_tkn_", "pscale_pw_", "pscale_oauth_"), r"[\w=.-]{32,}"),
    Shape("Databricks token", ("dapi",), rf"{_HEX}{{32}}(?:-\d)?"),
    Shape("HashiCorp Vault token", ("hvs.", "hvb.", "hvr."), r"[\w-]{24,}"),
    Shape("Terraform token", ("",), rf"{_WORD}{{14}}\.atlasv1\.[\w=-]{{60,}}"),
    Shape("Pulumi token", ("pul-",), rf"{_HEX}{{40}}"),
    Shape("Doppler token", ("dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."), r"(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}"),
    Shape("1Password token", ("ops_eyJ",), r"[\w-]{200,}={0,3}"),
    Shape("Tailscale key", ("tskey-",), r"[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}"),
    # providers of models
    Shape("Anthropic key", ("sk-ant-",), r"[\w-]{20,}"),
    Shape("OpenRouter key", ("sk-or-",), r"[\w-]{20,}"),
    Shape("OpenAI key", ("sk-proj-", "sk-svcacct-", "sk-admin-"), r"[\w-]{20,}"),
    Shape("model provider's key", ("sk-",), rf"{_WORD}{{32,}}"),
    Shape("Groq key", ("gsk_",), rf"{_WORD}{{40,}}"),
    Shape("xAI key", ("xai-",), rf"{_WORD}{{70,}}"),
    Shape("Perplexity key", ("pplx-",), rf"{_WORD}{{40,}}"),
    Shape("NVIDIA key", ("nvapi-",), r"[\w-]{60,}"),
    Shape("Replicate token", ("r8_",), rf"{_WORD}{{37}}"),
    Shape("Hugging Face token", ("hf_", "api_org_"), "[A-Za-z]{34}"),
    Shape("LangSmith key", ("lsv2_pt_", "lsv2_sk_"), rf"{_HEX}{{32}}_{_HEX}{{10}}"),
    # payments and shops
    Shape("Stripe key", ("sk_live_", "rk_live_"), rf"{_WORD}{{16,}}"),
    Shape("Stripe test key", ("sk_test_", "rk_test_"), rf"{_WORD}{{16,}}", certain=False),
    Shape("Stripe webhook secret", ("whsec_",), r"[A-Za-z0-9+/]{32,}={0,2}", certain=False),
    Shape("Square token", ("sq0atp-", "sq0csp-"), r"[\w-]{22,}"),
    Shape("Shopify token", ("shpat_", "shpca_", "shppa_", "shpss_"), "[0-9a-fA-F]{32}"),
    # people talking
    Shape("Slack token", ("xoxa-", "xoxb-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xoxe.xoxp-", "xoxe.xoxb-"), r"[\w-]{10,}"),
    Shape("Slack token", ("xapp-",), r"\d-[A-Z0-9]+-\d+-[a-z0-9]{40,}"),
    Shape(
        "Slack webhook",
        ("https://hooks.slack.com/services/", "https://hooks.slack.com/workflows/"),
        r"[A-Z0-9]{8,}/[A-Z0-9]{8,}/[\w/]{20,}",
    ),
    Shape("Discord webhook", ("https://discord.com/api/webhooks/", "https://discordapp.com/api/webhooks/"), r"\d{17,20}/[\w-]{60,}"),
    Shape("Discord bot token", ("",), r"[MNO][A-Za-z\d_-]{23,25}\.[\w-]{6}\.[\w-]{27,38}"),
    Shape("Telegram bot token", ("", "https://api.telegram.org/bot"), r"\d{8,10}:AA[\w-]{33}"),
    Shape("SendGrid key", ("SG.",), r"[\w-]{22}\.[\w-]{43}"),
    Shape("Twilio key", ("SK",), rf"{_HEX}{{32}}", certain=False),
    Shape("Mailgun key", ("key-",), rf"{_HEX}{{32}}", certain=False),
    Shape("Mailchimp key", ("",), rf"{_HEX}{{32}}-us\d{{1,2}}", certain=False),
    Shape("Brevo key", ("xkeysib-", "xsmtpsib-"), rf"{_HEX}{{64}}-{_WORD}{{16}}"),
    # tools of the trade
    Shape("Linear key", ("lin_api_", "lin_oauth_"), rf"{_WORD}{{40,}}"),
    Shape("Notion token", ("secret_", "ntn_"), rf"{_WORD}{{43,}}"),
    Shape("Airtable token", ("pat",), rf"{_WORD}{{14}}\.{_HEX}{{64}}"),
    Shape("Figma token", ("figd_",), r"[\w-]{40,}"),
    Shape("Postman key", ("PMAK-",), rf"{_HEX}{{24}}-{_HEX}{{34}}"),
    Shape("Grafana token", ("glsa_",), rf"{_WORD}{{32}}_[0-9A-Fa-f]{{8}}"),
    Shape("Grafana token", ("glc_",), r"[A-Za-z0-9+/]{32,}={0,2}"),
    Shape("New Relic key", ("NRAK-",), "[A-Z0-9]{27}"),
    Shape("Dynatrace token", ("dt0c01.", "dt0s01.", "dt0s16."), r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    Shape("age key", ("AGE-SECRET-KEY-1",), "[A-Z0-9]{58}"),
    Shape("JSON web token", ("eyJ",), r"[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*", certain=False),
)

PLACES: Final = (
    Place(
        "password in a URL",
        r"(?::|%3[Aa])(?:\\?/){2}",
        r"""[^\s/@:"'`\\<>?#]{0,100}:[^\s/@"'`\\<>]{8,200}""",
        after="@",
        pair=True,
    ),
    Place("AWS secret key", rf"(?i:secret_?access_?key|aws_?secret_?key){_IS}", "[A-Za-z0-9/+]{40}", certain=True),
    Place("authorization header", rf"(?i:authorization){_IS}(?i:bearer|basic|token)[ \t]{{1,3}}", r"[\w.~+/=-]{16,}"),
    Place("key in a header", rf"(?i:x-api-key|private-token|x-auth-token|x-vault-token){_IS}", r"[\w.~+/=-]{16,}"),
    Place(
        "password on a command line",
        rf"[ \t](?:-u|--user)[ \t=]?{_Q}",
        r"""[^\s:"'\\$]{1,64}:[^\s"'\\]{8,200}""",
        pair=True,
        near=(b"curl", b"wget", b"http"),
    ),
)

PRIVATE_KEY: Final = "private key"
KEY_OPENS: Final = r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|Private-Lines: \d{1,3}"
KEY_BEGINS: Final = r"""(?:[\s"'+,;.()]|\\{1,4}[nrt"']|\\\n|(?:Proc-Type|DEK-Info|Version|Comment|Hash): ?[^\n\\]*)*[A-Za-z0-9+/=]{40,}"""
KEY_BODY: Final = r"""(?:[A-Za-z0-9+/=\s:,;."'\\()]|-[A-Za-z0-9])*(?:-----END [A-Z0-9 ]{0,50}-----)?"""
"""A private key as PEM, OpenPGP and PuTTY write it, also as strings of a language: its first line, what must follow, all that belongs to it."""

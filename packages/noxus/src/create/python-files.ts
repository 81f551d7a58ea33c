import type { Answers } from "./answers.ts";
import { integrationImage, serviceName, serviceType } from "./shared-files.ts";

/** A Python plugin: one node on its own, one that asks a service, and their tests. */
export function pythonFiles(answers: Answers): Record<string, string> {
  const names = namesOf(answers);
  return {
    "pyproject.toml": project(answers, names),
    ".gitignore": "__pycache__/\n.venv/\n*.tar.gz\n",
    [`${names.module}/__init__.py`]: plugin(answers, names),
    [`${names.module}/service.py`]: service(answers, names),
    [`${names.module}/nodes.py`]: nodes(names),
    "tests/test_nodes.py": tests(names),
  };
}

interface Names {
  /** Of the Python package. */
  module: string;
  /** What the plugin's classes begin with. */
  prefix: string;
  service: string;
}

function namesOf({ name }: Answers): Names {
  const words = name.split("-");
  const prefix = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return { module: words.join("_"), prefix, service: serviceType({ name }) };
}

const project = ({ name, description }: Answers, { module }: Names) => `[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = ${JSON.stringify(name)}
version = "0.1.0"
description = ${JSON.stringify(description)}
readme = "README.md"
requires-python = ">=3.10"
dependencies = ["noxus-sdk>=0.6.0,<0.7", "httpx>=0.27"]

[tool.hatch.build.targets.wheel]
packages = [${JSON.stringify(module)}]

[tool.pytest.ini_options]
testpaths = ["tests"]
`;

const plugin = (
  { name, displayName, description, author }: Answers,
  { module, prefix }: Names,
) => `from noxus_sdk.integrations import BaseIntegration
from noxus_sdk.nodes import BaseNode
from noxus_sdk.plugins import BasePlugin, PluginCategory, PluginConfiguration

from ${module}.nodes import CountWords, LookUp
from ${module}.service import ${prefix}Service


class ${prefix}Configuration(PluginConfiguration):
    """Nothing to configure: every choice belongs to a node."""


class ${prefix}Plugin(BasePlugin[${prefix}Configuration]):
    name = ${JSON.stringify(name)}
    display_name = ${JSON.stringify(displayName)}
    version = "0.1.0"
    description = ${JSON.stringify(description)}
    category = PluginCategory.GENERAL
    author = ${JSON.stringify(author)}

    def nodes(self) -> list[type[BaseNode]]:
        return [CountWords, LookUp]

    def integrations(self) -> list[type[BaseIntegration]]:
        return [${prefix}Service]
`;

const service = (answers: Answers, { prefix, service }: Names) => `from typing import ClassVar

from noxus_sdk.integrations import BaseCredentials, BaseIntegration
from noxus_sdk.ncl import ConfigPassword, ConfigText, Parameter


class ${prefix}Credentials(BaseCredentials):
    """What people connect once, and every node that asks for it is given."""

    type: ClassVar[str] = ${JSON.stringify(service)}

    address: str = Parameter(default="", display=ConfigText(label="Address"))
    token: str = Parameter(default="", display=ConfigPassword(label="Token"))

    def is_ready(self) -> bool:
        return self.address.startswith(("http://", "https://")) and bool(self.token)


class ${prefix}Service(BaseIntegration[${prefix}Credentials]):
    display_name = ${JSON.stringify(serviceName(answers))}
    image = ${JSON.stringify(integrationImage)}
`;

const nodes = ({ module, prefix, service }: Names) => `from urllib.parse import quote

import httpx
from noxus_sdk.ncl import ConfigNumber, Parameter
from noxus_sdk.nodes import (
    BaseNode,
    Connector,
    DataType,
    NodeCategory,
    NodeConfiguration,
    TypeDefinition,
)
from noxus_sdk.plugins import RemoteExecutionContext

from ${module}.service import ${prefix}Service


class CountWordsConfiguration(NodeConfiguration):
    shortest: int = Parameter(
        default=1, display=ConfigNumber(label="Shortest word that counts")
    )


class CountWords(BaseNode[CountWordsConfiguration]):
    node_name = "CountWords"
    title = "Count words"
    description = "Counts the words of a text"
    category = NodeCategory.DATA
    inputs = [
        Connector(
            name="text", label="Text", definition=TypeDefinition(data_type=DataType.str)
        )
    ]
    outputs = [
        Connector(
            name="count",
            label="Words",
            definition=TypeDefinition(data_type=DataType.number),
        )
    ]

    async def call(self, ctx: RemoteExecutionContext, text: str) -> dict[str, int]:
        shortest = self.config.shortest
        return {"count": sum(1 for word in text.split() if len(word) >= shortest)}


class LookUpConfiguration(NodeConfiguration):
    """Nothing to choose."""


class LookUp(BaseNode[LookUpConfiguration]):
    node_name = "LookUp"
    title = "Look up"
    description = "Asks the service what a word means"
    category = NodeCategory.DATA
    integrations = {"${service}": ["all"]}
    inputs = [
        Connector(
            name="word", label="Word", definition=TypeDefinition(data_type=DataType.str)
        )
    ]
    outputs = [
        Connector(
            name="meaning",
            label="Meaning",
            definition=TypeDefinition(data_type=DataType.str),
        )
    ]

    async def call(self, ctx: RemoteExecutionContext, word: str) -> dict[str, str]:
        given = ctx.get_integration_credentials("${service}")
        credentials = ${prefix}Service.get_credentials(given)
        if credentials is None or not credentials.is_ready():
            raise ValueError("Connect the service with its address and a token")
        url = f"{credentials.address.rstrip('/')}/words/{quote(word, safe='')}"
        headers = {"authorization": f"Bearer {credentials.token}"}
        async with httpx.AsyncClient() as client:
            answer = await client.get(url, headers=headers)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise ValueError(f'The service does not know "{word}"')
        answer.raise_for_status()
        return {"meaning": answer.text}
`;

const tests = ({ module, prefix, service }: Names) => `import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from noxus_sdk.plugins import RemoteExecutionContext

from ${module}.nodes import CountWords, CountWordsConfiguration, LookUp, LookUpConfiguration
from ${module}.service import ${prefix}Credentials

TOKEN = "secret"


class Dictionary(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.path == "/words/tree" and self.headers["authorization"] == f"Bearer {TOKEN}"
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(b"a tall plant")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Dictionary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def context(credentials: dict[str, str] | None = None) -> RemoteExecutionContext:
    return RemoteExecutionContext(
        plugin_config={}, integration_credentials={"${service}": credentials or {}}
    )


def test_words_are_counted_and_short_ones_left_out() -> None:
    node = CountWords(CountWordsConfiguration(shortest=3))
    assert asyncio.run(node.call(context(), text="to be or not")) == {"count": 1}


def test_a_word_is_looked_up_with_the_token(address: str) -> None:
    node = LookUp(LookUpConfiguration())
    given = context({"address": address, "token": TOKEN})
    assert asyncio.run(node.call(given, word="tree")) == {"meaning": "a tall plant"}
    with pytest.raises(ValueError, match="does not know"):
        asyncio.run(node.call(given, word="treee"))


def test_the_service_is_ready_with_address_and_token() -> None:
    assert ${prefix}Credentials(address="https://example.com", token=TOKEN).is_ready()
    assert not ${prefix}Credentials().is_ready()
`;

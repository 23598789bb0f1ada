"""``COMPOSE_PROJECT_NAME`` is what Compose would set it to."""

from __future__ import annotations

import pytest

from oracle import ours
from oracle.compare import findings
from oracle.grammar import Written

SERVICE = "services: {a: {image: '${COMPOSE_PROJECT_NAME}'}}\n"


@pytest.mark.parametrize(
    "texts",
    [
        (SERVICE,),
        ("name: shop\n" + SERVICE,),
        ("name: My.Shop_1\n" + SERVICE,),
        ("name: ''\n" + SERVICE,),
        ("name: '...'\n" + SERVICE,),
        ("name: shop-${A}\n" + SERVICE,),
        ("name: ${COMPOSE_PROJECT_NAME}\n" + SERVICE,),
        ("name: ${U}\n" + SERVICE,),
        ("name: one\n" + SERVICE, "name: two\n" + SERVICE),
        ("name: one\n" + SERVICE, SERVICE),
        ("name: one\n" + SERVICE + "---\nname: two\n" + SERVICE,),
    ],
)
def test_the_name_is_predefined(texts, reference):
    """The document's name, else the one that Compose would choose; nothing differs, the image among it."""
    written = Written(texts)
    assert findings(written, reference) == []
    assert ours.read(written).document


def test_a_variable_that_says_so_wins(reference):
    """Who sets the variable names the project, as Compose's command does."""
    given = {"COMPOSE_PROJECT_NAME": "given"}
    reading = ours.read(Written(("name: shop\n" + SERVICE,)), variables=given)
    assert reading.document is not None
    assert reading.document["services"]["a"]["image"] == "given"
    assert reference.load(SERVICE, name="given").project["services"]["a"]["image"] == "given"

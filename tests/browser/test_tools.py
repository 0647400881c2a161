"""The browser's tools are sharp: they see what they are there to see."""

import pytest

pytestmark = pytest.mark.browser


def test_a_session_is_carried_into_the_browser(page, live, world, sign_in):
    page.goto(f"{live.url}/")
    assert "login" in page.url
    sign_in(world.agent)
    page.goto(f"{live.url}/")
    assert "login" not in page.url


def test_what_the_policy_refuses_is_recorded(page, live, violations):
    page.goto(f"{live.url}/accounts/login/")
    assert violations == []
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.head.append(Object.assign(document.createElement('script'), {textContent: 'var a'}))")
    page.wait_for_function("document.scripts.length > 0")
    assert any("Content Security Policy" in words for words in violations)


def test_what_a_script_throws_is_recorded(page, live, violations):
    page.goto(f"{live.url}/accounts/login/")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('broken on purpose') })")
    assert any("broken on purpose" in words for words in violations)


def test_axe_finds_nothing_on_the_sign_in_page_and_finds_a_fault_when_there_is_one(page, live, axe, new_context):
    page.goto(f"{live.url}/accounts/login/")
    assert axe() == []
    aside = new_context(bypass_csp=True).new_page()
    aside.goto(page.url)
    aside.evaluate("document.querySelector('main').append(document.createElement('img'))")
    aside.evaluate("document.querySelector('main img').src = '/static/img/mark.svg'")
    assert any(fault.startswith("image-alt") for fault in axe(aside))

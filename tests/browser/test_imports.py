"""A file goes in by a real browser: from choosing it to its rows, each page looked at; and without scripts."""

import pytest
from playwright.sync_api import expect

from calls.models import Call
from tests.feedback.call_files import FORMS, log, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def file(tmp_path):
    """The log in its worst form, with one row that cannot be taken."""
    path = write(tmp_path, FORMS[2])
    path.write_bytes(path.read_bytes().replace(b"01.01.2021", b"yesterday", 1))
    return path


def give(page, live, file):
    page.goto(live.url + "/imports/new/")
    page.set_input_files("[name=file]", str(file))
    page.get_by_role("button", name="Look at it").click()
    page.wait_for_url("**/imports/*/")


def test_a_file_goes_in(live, world, sign_in, page, axe, looks, violations, file):
    sign_in(world.admin)
    page.goto(live.url + "/imports/")
    assert axe() == []
    page.get_by_role("link", name="Import a file").first.click()
    assert axe() == []
    looks("import-new")
    give(page, live, file)
    expect(page.get_by_label("What “AvgTalkDuration” means")).to_have_value("talk")
    assert axe() == []
    looks("import-columns")
    page.get_by_role("button", name="Try it out").press("Enter")
    expect(page.get_by_role("heading", name="This is what would happen")).to_be_visible()
    expect(page.get_by_text("Date: “yesterday” is no date")).to_be_visible()
    assert axe() == []
    looks("import-tried")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    assert "yesterday" in download.value.path().read_text()
    page.get_by_role("button", name="Take them in").press("Enter")
    expect(page.get_by_role("heading", name="Its rows are in")).to_be_visible()
    assert Call.objects.count() == len(log()) - 1
    assert axe() == []
    page.get_by_role("link", name="All imports").click()
    expect(page.get_by_role("cell", name="Done")).to_be_visible()
    looks("imports")
    assert violations == []


def test_it_goes_in_without_scripts_too(live, world, sign_in, new_context, file):
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(world.admin, context)
    give(page, live, file)
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_role("heading", name="Its rows are in")).to_be_visible()

"""The list of calls becomes a file in two presses: one asks, one takes it."""

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from feedback.explorer.exports import work
from feedback.models import CallExport
from tests.feedback.rated import ended_call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


def worked():
    """What a worker does, at once."""
    export = CallExport.objects.get()
    while work.turn(export.pk):
        pass


def test_the_list_becomes_a_file(live, world, sign_in, page, axe, looks, violations):
    ended_call(world.agent, world.marta), ended_call(world.agent, world.jon)
    sign_in(world.supervisor)
    page.goto(live.url + "/calls/?status=completed")
    assert axe() == []
    looks("calls-with-files")
    page.get_by_role("button", name="XLSX").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    assert axe() == []
    looks("call-export-waiting")
    worked()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()  # the page has noticed by itself
    assert load_workbook(download.value.path().open("rb"))["Calls"].max_row == 3
    assert download.value.suggested_filename.endswith(".xlsx")
    assert axe() == []
    looks("call-export-ready")
    page.goto(live.url + "/calls/")
    page.get_by_role("link", name="Your files").click()
    expect(page.get_by_text("Ready")).to_be_visible()
    assert axe() == []
    looks("call-exports")
    assert violations == []

"""What somebody sees who has no account: catalogue, course page, preview."""

from playwright.sync_api import Page, expect


def test_catalogue_is_searched_as_one_types(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_role("article")
    expect(cards.first).to_be_visible()
    before = cards.count()
    page.get_by_role("searchbox", name="Search").press_sequentially("python", delay=20)
    expect(cards.filter(has_text="Python").first).to_be_visible()
    expect(cards).not_to_have_count(before)
    expect(page).to_have_url("/?search=python")
    page.get_by_role("searchbox", name="Search").fill("nothing has this name")
    expect(page.get_by_role("heading", name="No course found")).to_be_visible()
    page.get_by_role("link", name="Show all courses").click()
    expect(cards).to_have_count(before)


def test_filters_stand_in_the_address(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_role("article")
    page.get_by_label("Free only").check()
    expect(page).to_have_url("/?free=true")
    expect(cards.filter(has_not_text="Free")).to_have_count(0)
    free = cards.count()
    page.reload()
    expect(page.get_by_label("Free only")).to_be_checked()
    expect(cards).to_have_count(free)

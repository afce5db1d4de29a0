"""What somebody sees who has no account: catalogue, course page, preview."""

from playwright.sync_api import Page, expect

from examples.e2e.people import expect_heading


def test_catalogue_is_searched_as_one_types(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(12)
    search = page.get_by_role("searchbox", name="Search courses")
    search.press_sequentially("python", delay=20)
    expect(page).to_have_url("/?search=python")
    expect(cards.filter(has_text="Python from the ground up")).to_be_visible()
    expect(cards).not_to_have_count(12)
    search.fill("xyzzyq")
    expect(page.get_by_role("heading", name="No course found")).to_be_visible()
    page.get_by_role("link", name="Show all courses").click()
    expect(cards).to_have_count(12)


def test_filters_stand_in_the_address(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_role("article")
    page.get_by_label("Price").select_option("Free")
    expect(page).to_have_url("/?free=true")
    expect(cards.filter(has_not_text="Free")).to_have_count(0)
    page.get_by_label("Category").select_option("Programming")
    expect(cards.filter(has_not_text="Programming")).to_have_count(0)
    shown = cards.count()
    page.reload()
    expect(page.get_by_label("Category")).to_have_value("programming")
    expect(cards).to_have_count(shown)


def test_a_preview_is_watched_before_buying(page: Page) -> None:
    page.goto("/?category=data")
    page.get_by_role("link", name="Practical MongoDB").click()
    expect_heading(page, "Practical MongoDB")
    page.get_by_role("heading", name="Reviews").scroll_into_view_if_needed()
    expect(page.get_by_role("meter", name="5 stars")).to_be_visible()
    page.get_by_role("button", name="Welcome: documents").click()
    video = page.get_by_role("dialog").locator("video")
    video.evaluate("video => { video.muted = true; return video.play() }")
    page.wait_for_function("video => video.currentTime > 0.2", arg=video.element_handle())
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_way_back_leads_to_what_was_seen(page: Page) -> None:
    page.goto("/?search=mongodb")
    page.get_by_role("link", name="Practical MongoDB").click()
    page.get_by_role("link", name="Ada Marlowe").click()
    expect_heading(page, "Ada Marlowe")
    page.go_back()
    expect_heading(page, "Practical MongoDB")
    page.go_back()
    expect(page.get_by_role("searchbox", name="Search courses")).to_have_value("mongodb")


def test_an_unknown_address_leads_on(page: Page) -> None:
    page.goto("/no/such/page")
    expect_heading(page, "Page not found")
    page.get_by_role("link", name="Browse the courses").click()
    expect(page.get_by_role("article").first).to_be_visible()

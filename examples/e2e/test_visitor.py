"""What somebody sees who has no account: catalogue, course page, preview."""

from playwright.sync_api import Locator, Page, expect

from examples.e2e.people import expect_heading


def search_field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search courses")


def test_catalogue_is_searched_as_one_types(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(12)
    search = search_field(page)
    search.press_sequentially("ground pyth", delay=20)  # the last word is half written
    expect(page).to_have_url("/?search=ground+pyth")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Python from the ground up")
    search.fill("xyzzyq")
    expect(page.get_by_role("heading", name="No course found")).to_be_visible()
    expect(page.get_by_text("0 courses")).to_be_visible()
    page.get_by_role("link", name="Show all courses").click()
    expect(cards).to_have_count(12)


def test_a_picture_is_loaded_in_the_width_that_fits(page: Page) -> None:
    page.goto("/")
    picture = page.get_by_role("article").locator("img.picture").last
    picture.scroll_into_view_if_needed()  # it is loaded no sooner
    loaded = "image => image.complete && image.naturalWidth > 0"
    page.wait_for_function(loaded, arg=picture.element_handle())
    assert ",w_640/" in picture.evaluate("image => image.currentSrc")


def test_a_suggestion_is_chosen_by_the_keyboard(page: Page) -> None:
    page.goto("/sign-in")
    search = search_field(page)
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    search.press_sequentially("mong", delay=20)
    expect(options.filter(has_text="Practical MongoDB")).to_be_visible()
    expect(search).to_have_attribute("aria-expanded", "true")
    search.press("Escape")
    expect(options).to_have_count(0)
    expect(search).to_have_value("mong")
    search.press("o")
    expect(options.first).to_be_visible()
    course = options.filter(has_text="Practical MongoDB")
    for _ in range(options.count()):
        search.press("ArrowDown")
        if course.get_attribute("aria-selected") == "true":
            break
    expect(search).to_have_attribute("aria-activedescendant", str(course.get_attribute("id")))
    search.press("Enter")
    expect_heading(page, "Practical MongoDB")
    expect(search).to_have_value("")


def test_filters_are_counted_and_stand_in_the_address(page: Page) -> None:
    page.goto("/")
    cards = page.get_by_role("article")
    filters = page.get_by_role("form", name="Filters")
    filters.get_by_role("button", name="Filters", exact=True).click()
    filters.get_by_label("Price").select_option(label="Free (3)")
    expect(page).to_have_url("/?free=true")
    expect(cards).to_have_count(3)
    filters.get_by_label("Price").select_option("Any")
    category = filters.get_by_role("group", name="Category")
    category.get_by_role("checkbox", name="Programming (3)").check()
    expect(cards).to_have_count(3)
    category.get_by_role("checkbox", name="Data and AI (3)").check()
    expect(page).to_have_url("/?category=programming,data")
    expect(cards).to_have_count(6)
    expect(category.get_by_role("checkbox", name="Data and AI (3)")).to_be_focused()
    filters.get_by_role("checkbox", name="mongodb (2)").check()
    expect(cards).to_have_count(2)
    page.reload()
    expect(cards).to_have_count(2)
    filters.get_by_role("button", name="Remove the filter #mongodb").click()
    expect(cards).to_have_count(6)
    page.go_back()
    expect(page).to_have_url("/?category=programming,data&tag=mongodb")
    expect(cards).to_have_count(2)


def test_a_preview_is_watched_before_buying(page: Page) -> None:
    page.goto("/?category=data")
    page.get_by_role("link", name="Practical MongoDB").click()
    expect_heading(page, "Practical MongoDB")
    page.get_by_role("button", name="Welcome: documents").click()
    video = page.get_by_role("dialog").locator("video")
    video.evaluate("video => { video.muted = true; return video.play() }")
    page.wait_for_function("video => video.currentTime > 0.2", arg=video.element_handle())
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_what_others_say_and_what_is_alike_is_further_down(page: Page) -> None:
    page.goto("/courses/practical-mongodb")
    page.get_by_role("heading", name="Reviews").scroll_into_view_if_needed()
    expect(page.get_by_role("meter", name="5 stars")).to_be_visible()
    page.get_by_role("heading", name="Related courses").scroll_into_view_if_needed()
    first = page.get_by_role("article").get_by_role("article").first
    expect(first).to_contain_text("Data and AI")  # of the same category
    page.get_by_role("link", name="#mongodb").click()
    expect(page.get_by_role("article")).to_have_count(2)


def test_the_way_back_leads_to_what_was_seen(page: Page) -> None:
    page.goto("/?search=mongodb")
    page.get_by_role("link", name="Practical MongoDB").click()
    page.get_by_role("link", name="Ada Marlowe").click()
    expect_heading(page, "Ada Marlowe")
    page.go_back()
    expect_heading(page, "Practical MongoDB")
    page.go_back()
    expect(search_field(page)).to_have_value("mongodb")


def test_an_unknown_address_leads_on(page: Page) -> None:
    page.goto("/no/such/page")
    expect_heading(page, "Page not found")
    page.get_by_role("link", name="Browse the courses").click()
    expect(page.get_by_role("article").first).to_be_visible()

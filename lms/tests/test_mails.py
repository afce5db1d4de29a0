from lms import mails


def test_a_mail_has_a_text_and_an_html_part_with_the_same_content(mailoutbox):
    text = 'Terms & conditions of "Knots <b>and</b> ropes"'
    mails.send(
        "sam@example.test",
        "en",
        subject="News",
        template="accounts/mails/message",
        context={"text": text},
    )
    [mail] = mailoutbox
    assert (mail.to, mail.subject) == (["sam@example.test"], "News | Lectern")
    assert mail.body.startswith(f"{text}\n\nhttp://localhost:5173\n\nLectern\n")
    [html] = mail.alternatives
    assert html.mimetype == "text/html"
    assert "<b>and</b>" not in html.content
    assert "Terms &amp; conditions" in html.content


def test_a_subject_of_two_lines_becomes_one(mailoutbox):
    mails.send(
        "sam@example.test",
        "en",
        subject="Your receipt: Knots\r\nand ropes",
        template="accounts/mails/message",
        context={"text": "Thank you."},
    )
    assert mailoutbox[0].subject == "Your receipt: Knots and ropes | Lectern"

"""What the demo's customers answered and wrote. Nobody real, and no real platform."""

# (id, name, address) at FeedbackAPI, as its page's samples name them.
PLATFORMS = (
    ("dfar5V", "The Review Site", "https://thereview.site/reviews/"),
    ("acMe99", "Acme Reviews", "https://acme-reviews.example/r/"),
    ("nEar01", "Near and Good", "https://near-and-good.example/p/"),
)
# stars: (title, words); either may be missing.
REVIEWS = {
    5: (
        ("Painless and on time", "I was in and out in forty minutes, and nothing hurt. I will be back."),
        ("Best team in town", "They remembered my name, my dog and my fear of needles."),
        (None, "Clear prices, kind people. Thank you!"),
        ("Très bien", "Accueil chaleureux, explications claires. Merci à toute l’équipe 👍"),
        ("ممتاز", "خدمة سريعة وموظفون لطفاء، أنصح به."),
        (None, None),
        ("Called back within the hour", "I left a message at nine and had an appointment by ten."),
    ),
    4: (
        ("Very good", "All went well, only the waiting room was full."),
        (None, "Friendly, a little hard to reach by phone."),
        ("Gute Praxis", "Freundlich und gründlich, nur die Parkplätze sind knapp."),
    ),
    3: (
        ("It was all right", "The treatment was fine. Nobody told me what it would cost before."),
        (None, None),
    ),
    2: (
        ("Not again", "I had to call three times before somebody rang back."),
        (None, "Forty minutes late, and no word about it."),
    ),
    1: (
        ("Disappointed", "My appointment was cancelled by text message while I was in the car park."),
        ("Avoid", "Still waiting for my refund <b>since June</b>. Nobody answers."),
    ),
}
REVIEWERS = (
    "Hannah G.", "D. Kim", "Lucía F.", "Tom Whitaker", "Aiko T.", "R. Stone", "Marek", "Joanna Pell", "فاطمة",
    "K. Zielińska", "Sam O.", "Beth Rowan",
)  # fmt: skip
# Words come with an unhappy answer only; so FeedbackAPI's page says of comments.
COMMENTS = (
    "I had to explain everything twice.",
    "The line was so bad that I could not understand a word.",
    "Nobody called me back about the invoice.",
    "Too long on hold. The person at the end was kind.",
    "I was told Tuesday, and on Tuesday nobody knew of me.",
)
HANDLED = ("Called back and apologised; new appointment.", "Refund agreed.", "Passed on to the front desk.")

"""Believable records out of a seeded die: names, places, words. No person, no real number, no real address."""

FIRST = (
    "Jane", "Bobby", "Ciro", "Carol", "Maria", "James", "Aisha", "Wei", "Olga", "Diego", "Fatima", "Liam", "Noor",
    "Chloé", "Søren", "Zoë", "Kofi", "Yuki", "Anaïs", "José", "Priya", "Tomasz", "Ines", "Mehmet", "Grace", "Hugo",
    "Leila", "Ravi", "Emma", "Paul", "Nadia", "Owen", "Ruth", "Marek", "Sofia", "Amir", "Helen", "Victor", "Lena",
    "Ben",
)
LAST = (
    "Doe", "Axelrod", "Marzio", "Baskin", "Garcia", "Smith", "Khan", "Chen", "Ivanova", "Lopez", "Haddad", "Murphy",
    "O'Brien", "Lefèvre", "Sørensen", "Novák", "Mensah", "Tanaka", "Dubois", "Fernández", "Patel", "Kowalski", "Silva",
    "Yılmaz", "Johnson", "Weber", "Hosseini", "Sharma", "Müller", "Martin", "Petrov", "Evans", "Cohen", "Horák",
    "Rossi", "Rahman", "Clark", "Hugo-Brandt", "Fischer", "Young",
)
STREETS = ("Main Street", "Park Way", "Albert Embankment", "Mill Lane", "High Street", "Harbour Road", "5th Avenue")
# (city, third line, postal code, country)
CITIES = (
    ("Cupertino", "CA", "95014", "US"), ("New York", "NY", "11201", "US"), ("Austin", "TX", "78701", "US"),
    ("Chicago", "IL", "60601", "US"), ("Toronto", "ON", "M5V 2T6", "CA"), ("London", "London", "SE1 7TP", "GB"),
    ("Leeds", "West Yorkshire", "LS1 4DY", "GB"), ("Dublin", None, "D02 X285", "IE"),
)
KINDS = ("Dental", "Law Firm", "Garage", "Clinic", "Bakery", "Hotel", "Gym", "Optician", "Garden Centre", "School")
# (id, name, address)
PLATFORMS = (
    ("dfar5V", "The Review Site", "https://thereview.site/reviews/"),
    ("gse4Ry", "Solicitor Reviews", "https://solicitor-reviews.net/reviews/"),
    ("acMe99", "Acme Reviews", "https://acme-reviews.example/r/"),
)
# rating: (titles, descriptions). A title may be missing, and so may the words.
REVIEWS = {
    5: (("Excellent staff and great customer service", "Possibly the best ever!", "Would go again", None),
        ("What more can I say, these people are incredible!! Highly recommended", "Quick, kind and clear.",
         "Another excellent experience – thanks to the team", "Très bien, merci ! 👍", None)),
    4: (("Very good", "Good with one small thing", None),
        ("All went well, only the wait was long.", "Friendly people, a little loud.", None)),
    3: (("It was all right", None), ("Neither good nor bad.", "Fine, but I had hoped for more for the price.", None)),
    2: (("Not again", None), ("I had to call three times before somebody rang back.", "Nobody told me the price.")),
    1: (("Disappointed", "Avoid", None), ("Appointment cancelled without a word.", "Still waiting for my refund.")),
}  # fmt: skip
COMMENTS = (
    "I guess I was expecting more. A disappointing experience",
    "I had to explain everything twice.",
    "The line was so bad that I could not understand a word.",
    "Nobody called me back.",
    "Too long on hold, but the person was kind.",
)

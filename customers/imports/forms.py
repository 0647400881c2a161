"""What a person chooses for a file: what it is, and what its columns mean."""

from django import forms
from django.conf import settings

from accounts import timezones
from customers.imports import choosing, kinds, remembering, tables
from customers.imports.choices import ImportKind
from customers.models import ClientAccount, Location

NOTHING = "Not taken"
TWICE = "“{}” is meant by two columns: choose one of them."
SELDOM = ("new_places", "account", "dates", "today")
DATES = (
    ("", "As they look"),
    ("day", "Day first: 1/2 is 1 February"),
    ("month", "Month first: 1/2 is January 2"),
)
ENCODINGS = (
    ("", "As it looks"),
    ("utf-8", "UTF-8"),
    ("cp1252", "Western, Windows"),
    ("latin_1", "Western, ISO 8859-1"),
    ("cp1250", "Central European, Windows"),
    ("cp1251", "Cyrillic, Windows"),
    ("cp1253", "Greek, Windows"),
    ("cp932", "Japanese"),
    ("gb18030", "Chinese, simplified"),
    ("big5", "Chinese, traditional"),
    ("euc_kr", "Korean"),
)


class UploadForm(forms.Form):
    """A file and what its rows are."""

    kind = forms.ChoiceField(label="What its rows are", choices=ImportKind.choices, widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        max_length=255,
        help_text="CSV, a workbook (XLSX), or a ZIP archive with one of them. At most 200 MB.",
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.zip"}),
        error_messages={"empty": tables.EMPTY, "required": "Choose a file."},
    )


class ReadingForm(forms.Form):
    """How the file is read, where that was told wrongly."""

    sheet = forms.ChoiceField(label="Sheet", required=False)
    encoding = forms.ChoiceField(label="How its letters are written", choices=ENCODINGS, required=False)

    def __init__(self, *args, run, **kwargs):
        super().__init__(*args, **kwargs)
        sheets = run.shape.get("sheets", ())
        self.fields["sheet"].choices = [(name, name) for name in sheets]
        self.initial = {"sheet": run.shape.get("sheet", ""), "encoding": run.options.get("encoding", "")}
        del self.fields["encoding" if sheets else "sheet"]


class MeaningForm(forms.Form):
    """What each column means, and what holds for the whole file. `columns`, `options` and `profile` when valid."""

    def __init__(self, *args, run, **kwargs):
        super().__init__(*args, **kwargs)
        self.run, self.kind = run, kinds.of(run.kind)
        self._add_columns()
        self._add_whole_file()

    # --- Fields -----------------------------------------------------------------------------------

    def _add_columns(self):
        meant = {column: name for name, column in self.run.columns.items()}
        choices = [("", NOTHING), *((one.name, one.label) for one in self.kind.fields)]
        samples = self.run.mapping.get("samples", [])
        self.rows = []
        for number, head in enumerate(self.run.shape["heads"]):
            name = f"column_{number}"
            self.fields[name] = forms.ChoiceField(
                label=head, choices=choices, required=False, initial=meant.get(number)
            )
            self.fields[name].widget.attrs["aria-label"] = f"What “{head}” means"
            self.rows.append((head, samples[number] if number < len(samples) else [], name))

    def _add_whole_file(self):
        known, wanted = self.run.options, self.kind.options
        self.fields["profile"] = forms.CharField(
            label="Source",
            max_length=100,
            initial=self.run.profile,
            help_text=self._source_words(),
            widget=forms.TextInput({"list": "sources", "autocomplete": "off"}),
        )
        self.sources = remembering.sources(self.run.kind)
        if "place" in wanted:
            self._add_place(known)
        if "zone" in wanted:
            house = f"The location’s own, or else {settings.TIME_ZONE}"
            zones = [("", house), *timezones.choices(known.get("zone", ""))]
            self._add_choice("zone", "Its times are those of", zones, known)
        if "direction" in wanted:
            ways = [("incoming", "Incoming"), ("outbound", "Outbound")]
            self._add_choice("direction", "Calls that do not say so are", ways, known)
        self._add_choice("dates", "Dates like 1/2/2021", DATES, known)
        if "today" in wanted:
            self.fields["today"] = forms.DateField(
                label="“3 months ago” counts from",
                required=False,
                initial=known.get("today"),
                widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
            )
        if "platform" in wanted:
            self.fields["platform"] = forms.CharField(
                label="Platform, where no column says it",
                required=False,
                max_length=choosing.PLATFORM_KEPT,
                initial=known.get("platform", ""),
                help_text="Like Google or Trustpilot.",
            )

    def _add_place(self, known):
        places = Location.objects.filter(is_active=True, gone_at=None)
        self.fields["place"] = forms.ModelChoiceField(
            places,
            label="Location",
            required=False,
            empty_label="None, or as a column says",
            initial=known.get("place"),
            help_text="Of rows that no column places. Rows without one are seen by who sees all locations.",
        )
        becomes = [("", "are not taken"), ("none", "are kept without one"), ("make", "are kept, and it is made")]
        self._add_choice("new_places", "Rows at a location nobody knows", becomes, known)
        self.fields["account"] = forms.ModelChoiceField(
            ClientAccount.objects.filter(gone_at=None),
            label="Client account of locations that are made",
            required=False,
            empty_label="None yet",
            initial=known.get("account"),
        )

    def _add_choice(self, name, label, choices, known):
        self.fields[name] = forms.ChoiceField(
            label=label, choices=choices, required=False, initial=known.get(name, choices[0][0])
        )
        self.fields[name].says_optional = False

    def _source_words(self):
        row = self.kind.row
        if self.kind.identity:
            return f"The same id of the same source is the same {row}. Files with the same headings are one source."
        return f"For the list of imports: a {row} is known by what it says, whatever the source."

    # --- What was chosen --------------------------------------------------------------------------

    def clean(self):
        given = super().clean()
        self.columns, self.options = self._chosen_columns(given), self._chosen_options(given)
        self.profile = given.get("profile", "")
        if self.errors:
            return given
        for name, why in choosing.faults(self.run, self.columns, self.options).items():
            is_date = self.kind.by_name[name].sort == kinds.DATE and name in self.columns
            self.add_error("dates" if is_date else None, why)
        return given

    def _chosen_columns(self, given):
        chosen = {}
        for number in range(len(self.rows)):
            name = given.get(f"column_{number}")
            if name in chosen:
                self.add_error(f"column_{number}", TWICE.format(self.kind.by_name[name].label))
            elif name:
                chosen[name] = number
        return chosen

    def _chosen_options(self, given):
        options = {name: self.run.options[name] for name in ("sheet", "encoding") if name in self.run.options}
        for name in ("zone", "direction", "dates", "new_places", "platform"):
            if name in self.fields:
                options[name] = given.get(name) or ""
        for name in ("place", "account"):
            if given.get(name):
                options[name] = given[name].pk
        if given.get("today"):
            options["today"] = given["today"].isoformat()
        return options

    @property
    def whole_file(self):
        """The fields below the columns, in their order."""
        return [self[name] for name in self.fields if not name.startswith("column_") and name not in SELDOM]

    @property
    def seldom(self):
        """Those that few files need."""
        return [self[name] for name in SELDOM if name in self.fields]

    @property
    def seldom_is_open(self):
        """Whether one of them was chosen, matters or is wrong."""
        return "location" in self.run.columns or any(one.errors or one.value() for one in self.seldom)

    @property
    def columns_shown(self):
        """[(heading, samples, the field)]."""
        return [(head, samples, self[name]) for head, samples, name in self.rows]

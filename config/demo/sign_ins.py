"""Who may sign in to the demo. The password is no secret: it exists in demo worlds only."""

PASSWORD = "after-the-call"  # noqa: S105
ROLES = ("agent", "supervisor", "admin")


def email(role):
    """The sign-in of a role, as the contract names it."""
    return f"{role}@demo.test"


def words(address, sandbox):
    """What the person who typed `make demo` reads: where to go and as whom."""
    people = "\n".join(f"  {role:<12}{email(role):<24}password  {PASSWORD}" for role in ROLES)
    return (
        f"\nAftercall is running at {address}\n\n{people}\n\n"
        f"The vendors' sandbox is at {sandbox}; logs are in var/log/. Ctrl-C ends all of it."
    )

"""What is wrong with an account, in words for the owner of the shop."""

from __future__ import annotations

from collections.abc import Iterator

import orderkit.plugin as ok
from orderkit_stripe.api import Api
from orderkit_stripe.refusals import RefusedError, UnclearError


def account_problems(api: Api) -> Iterator[ok.Problem]:
    """Ask Stripe for what a payment is looked up by, and who we are; nothing is changed by it."""
    try:
        api.ask(lambda it: it.v1.checkout.sessions.list({"limit": 1}))
        yield from _about_account(api)
    except RefusedError as error:
        yield _refused(error)
    except UnclearError:
        words = {"en": "Stripe does not answer as it should.", "ru": "Stripe не отвечает, как должен."}
        yield ok.Problem(words, "base_url")


def _about_account(api: Api) -> Iterator[ok.Problem]:
    try:
        account = api.ask(lambda it: it.v1.accounts.retrieve_current())
    except RefusedError as error:
        if error.status != 403:
            raise
        return  # a restricted key need not see this
    if account.get("charges_enabled") is False:
        words = {
            "en": "The account takes no payments yet: Stripe's dashboard says what it still wants.",
            "ru": "Аккаунт пока не принимает платежи: чего не хватает, написано в Dashboard Stripe.",
        }
        yield ok.Problem(words, "secret_key")


def _refused(error: RefusedError) -> ok.Problem:
    if error.status == 401:
        words = {
            "en": "Stripe does not know this key. Copy it once more, or make a new one.",
            "ru": "Stripe не знает такого ключа. Скопируйте его ещё раз или выпустите новый.",
        }
        return ok.Problem(words, "secret_key")
    if error.status == 403:
        words = {
            "en": "The key may not do this: give it access to Checkout Sessions, PaymentIntents and Refunds.",
            "ru": "Ключу не хватает прав: дайте ему доступ к Checkout Sessions, PaymentIntents и Refunds.",
        }
        return ok.Problem(words, "secret_key")
    words = {"en": f"Stripe refuses: {error}", "ru": f"Stripe отказывает: {error}"}
    return ok.Problem(words, "base_url")

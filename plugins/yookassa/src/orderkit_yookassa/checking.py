"""What is wrong with an account, in words for the owner of the shop."""

from __future__ import annotations

import http.client
from collections.abc import Iterator

import orderkit.plugin as ok
from orderkit_yookassa.api import Api, Document
from orderkit_yookassa.refusals import RefusedError, UnclearError


def account_problems(api: Api, *, sends_receipts: bool) -> Iterator[ok.Problem]:
    """Ask YooKassa who we are, and whether it expects receipts; nothing is changed by it."""
    try:
        account = api.get("me")
    except RefusedError as error:
        yield _refused(error)
    except (UnclearError, OSError, http.client.HTTPException) as error:
        why = type(error).__name__  # its words may repeat what was sent
        yield ok.Problem(
            {"en": f"YooKassa does not answer: {why}", "ru": f"ЮKassa не отвечает: {why}"}, "base_url"
        )
    else:
        yield from _about(account, api.shop_id)
        yield from _receipts(account, sends_receipts)


def _refused(error: RefusedError) -> ok.Problem:
    if error.status in (401, 403):
        words = {
            "en": "YooKassa does not know this pair of shopId and key. Copy both from the same shop.",
            "ru": "ЮKassa не знает такой пары shopId и ключа. Скопируйте оба из одного магазина.",
        }
        return ok.Problem(words, "secret_key")
    words = {"en": f"YooKassa refuses: {error}", "ru": f"ЮKassa отказывает: {error}"}
    return ok.Problem(words, "base_url")


def _about(account: Document, shop_id: str) -> Iterator[ok.Problem]:
    if str(account.get("account_id", shop_id)) != shop_id:
        yield ok.Problem({"en": "The key is of another shop.", "ru": "Ключ от другого магазина."}, "shop_id")
    if account.get("status") == "disabled":
        words = {
            "en": "The shop is switched off at YooKassa: it takes no payments.",
            "ru": "Магазин отключён в ЮKassa и не принимает платежи.",
        }
        yield ok.Problem(words, "shop_id")


def _receipts(account: Document, sends: bool) -> Iterator[ok.Problem]:
    """Where one side expects receipts and the other does not, payments are refused or stay without a receipt."""
    told = account.get("fiscalization")
    expects = told.get("enabled") if isinstance(told, dict) else account.get("fiscalization_enabled")
    if expects is True and not sends:
        words = {
            "en": "The shop expects receipts at YooKassa: without them it refuses payments.",
            "ru": "В ЮKassa у магазина включены чеки: без них она отклоняет платежи.",
        }
        yield ok.Problem(words, "receipts")
    if expects is False and sends:
        words = {
            "en": "The shop has no receipts at YooKassa: set them up there, or send none.",
            "ru": "В ЮKassa у магазина нет чеков: подключите их там или не отправляйте.",
        }
        yield ok.Problem(words, "receipts")

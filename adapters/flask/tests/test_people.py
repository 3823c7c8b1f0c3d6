"""Who is who in the contact's window: linked contacts, suggestions, and what staff say of them."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed, submit
from orderkit import Contact, ContactDetails, ContactLink, Desk, Evidence, Order, Strength
from orderkit.domain import people
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Clock, Maker

SAME_EMAIL = ContactDetails("Аня", "Anna@example.com")
NAMESAKE = ContactDetails("Ким Анна", "kim@example.com", "+7 912 000-00-01")


def hint(desk: Desk, one: UUID, other: UUID, evidence: Evidence) -> ContactLink:
    """Have two contacts linked as what somebody typed would."""
    change = people.link(one, other, evidence, (), desk.contacts.acting(BUYER))
    assert change
    return desk.contacts.store.save(change)


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    """Ольга looks."""
    return client_of(actor=lambda: STAFF)


@pytest.fixture
def anna(make: Maker) -> Order:
    """An order of a lead."""
    return make.order(contact=ANNA, actor=BUYER)


@pytest.fixture
def again(make: Maker, anna: Order, clock: Clock) -> Order:
    """An order of somebody who typed the same e-mail."""
    clock.move(hours=1)
    return make.order(contact=SAME_EMAIL, actor=BUYER)


@pytest.fixture
def claim(desk: Desk, anna: Order, again: Order) -> ContactLink:
    """What follows from that."""
    return hint(desk, anna.contact_id, again.contact_id, Evidence.EMAIL)


@pytest.fixture
def namesake(desk: Desk) -> Contact:
    """Somebody of the same name."""
    return desk.contacts.create(NAMESAKE, actor=STAFF)


@pytest.fixture
def suggestion(desk: Desk, anna: Order, namesake: Contact) -> ContactLink:
    """That it may be her."""
    return hint(desk, anna.contact_id, namesake.id, Evidence.NAME)


def profile(client: FlaskClient, order: Order) -> Parsed:
    """The window of an order's contact."""
    return Parsed(client.get(f"/orders/contacts/{order.contact_id}").text)


def at(order: Order, link: ContactLink, verb: str) -> str:
    """Where a decision about a link is sent."""
    return f"/orders/contacts/{order.contact_id}/links/{link.id}/{verb}"


def live(desk: Desk, link: ContactLink) -> ContactLink:
    """A link as it is by now."""
    history = desk.contacts.person(link.contact_id).history
    return next(one for one in history if one.id == link.id)


def test_linked_contacts(client: FlaskClient, anna: Order, again: Order, claim: ContactLink) -> None:
    """Who else it is, what speaks for it, and that nobody confirmed it; orders and journal tell whose each is."""
    page = profile(client, anna)

    assert (
        "Другие контакты этого человека 1 Аня · Anna@example.com совпал e-mail не подтверждено" in page.text
    )
    assert [["1002", "Аня"], ["1001", "этот контакт"]] == [[row[0], row[2]] for row in page.cells[1:]]
    journal = page.text.partition("Журнал действий")[2]
    assert "Связан с контактом · Аня" not in journal  # the dots are drawn
    assert "Связан с контактом Аня совпал e-mail Покупатель" in journal
    assert "заказ 1002 Аня Покупатель" in journal
    assert "заказ 1001 Покупатель" in journal
    assert f"/orders/contacts/{again.contact_id}" in page.values("href", "a")
    assert "Связан с контактом Анна Ким совпал e-mail Покупатель" in profile(client, again).text


def test_a_lone_contact(client: FlaskClient, anna: Order) -> None:
    """Where nobody else is known or suggested, nothing is said of it."""
    page = profile(client, anna)

    assert "Другие контакты этого человека" not in page.text
    assert "тот же человек" not in page.text
    assert 5 == len(page.cells[0])


def test_suggestions(client: FlaskClient, anna: Order, suggestion: ContactLink) -> None:
    """«Возможно, это тот же человек»: with what is known of both, and two answers."""
    page = profile(client, anna)

    assert (
        "Возможно, это тот же человек Ким Анна · +7 912 000-00-01 · kim@example.com совпало имя "
        "Это один человек Это разные люди"
    ) in page.text
    assert "Другие контакты" not in page.text


def test_a_suggestion_is_confirmed(
    client: FlaskClient, desk: Desk, anna: Order, suggestion: ContactLink
) -> None:
    """«Это один человек»: linked, with who said so; the filters of the list stay."""
    address = at(anna, suggestion, "confirm")
    answer = submit(client, address, on=f"/orders/contacts/{anna.contact_id}?status=pending")
    page = profile(client, anna)

    assert (303, f"/orders/contacts/{anna.contact_id}?status=pending") == (
        answer.status_code,
        answer.location,
    )
    assert Strength.LINKED is live(desk, suggestion).strength
    assert "Другие контакты этого человека 1 Ким Анна" in page.text
    assert "совпало имя подтверждено: Ольга Разъединить" in page.text
    assert "Подтверждено, что это один человек Ким Анна совпало имя Ольга" in page.text


def test_a_suggestion_is_turned_down(
    client: FlaskClient, desk: Desk, anna: Order, suggestion: ContactLink
) -> None:
    """«Это разные люди»: it is asked no more, and the journal tells of it."""
    answer = submit(client, at(anna, suggestion, "dismiss"), on=f"/orders/contacts/{anna.contact_id}")
    page = profile(client, anna)

    assert 303 == answer.status_code
    assert not live(desk, suggestion).is_live
    assert "тот же человек" not in page.text
    assert "Отмечено, что это разные люди Ким Анна совпало имя Ольга" in page.text


def test_unlinking_asks_once(
    client: FlaskClient, desk: Desk, anna: Order, again: Order, claim: ContactLink
) -> None:
    """The button asks, its answer undoes; then each contact shows what it had before, and who undid it."""
    address = at(anna, claim, "unlink")
    assert address in profile(client, anna).values("href", "a")
    asked = Parsed(client.get(address).text)
    assert "Это разные люди? Заказы и журнал останутся у каждого контакта" in asked.text
    assert live(desk, claim).is_live

    answer = submit(client, address)
    page = profile(client, anna)

    assert 303 == answer.status_code
    assert not live(desk, claim).is_live
    assert ["1001"] == [row[0] for row in page.cells[1:]]
    assert "Другие контакты" not in page.text
    assert "Разъединён с контактом Аня совпал e-mail Ольга" in page.text
    assert ["1002"] == [row[0] for row in profile(client, again).cells[1:]]
    assert 303 == client.get(address).status_code  # nothing is left to ask


@pytest.mark.parametrize("verb", ["confirm", "unlink"])
def test_a_double_click(client: FlaskClient, desk: Desk, anna: Order, claim: ContactLink, verb: str) -> None:
    """The same form sent twice makes one change, and is answered alike."""
    address = at(anna, claim, verb)
    on = address if verb == "unlink" else f"/orders/contacts/{anna.contact_id}"
    form = Parsed(client.get(on).text).form(address)

    assert [303, 303] == [client.post(form.action, data=form.fields).status_code for _ in range(2)]
    assert 2 == live(desk, claim).version


def test_somebody_else_was_faster(client: FlaskClient, desk: Desk, anna: Order, claim: ContactLink) -> None:
    """A decision on what is no more says so, with who decided; the same decision is none too late."""
    address = at(anna, claim, "confirm")
    form = Parsed(client.get(f"/orders/contacts/{anna.contact_id}").text).form(address)
    desk.contacts.unlink(claim.id, actor=OTHER_STAFF, expected_version=1)
    answer = client.post(form.action, data=form.fields)

    assert 409 == answer.status_code
    assert "Тем временем по этим контактам уже решили (Пётр)" in Parsed(answer.text).text
    assert not live(desk, claim).is_live


@pytest.mark.parametrize(("verb", "meanwhile"), [("confirm", "confirm"), ("unlink", "unlink")])
def test_two_decide_alike(
    client: FlaskClient, desk: Desk, anna: Order, claim: ContactLink, verb: str, meanwhile: str
) -> None:
    """Whoever wanted what somebody else has just done is not stopped."""
    address = at(anna, claim, verb)
    on = address if verb == "unlink" else f"/orders/contacts/{anna.contact_id}"
    form = Parsed(client.get(on).text).form(address)
    getattr(desk.contacts, meanwhile)(claim.id, actor=OTHER_STAFF, expected_version=1)

    assert 303 == client.post(form.action, data=form.fields).status_code
    assert 2 == live(desk, claim).version


def test_a_link_that_was_never_there(client: FlaskClient, anna: Order, claim: ContactLink) -> None:
    """An address of no link is told in words."""
    form = Parsed(client.get(f"/orders/contacts/{anna.contact_id}").text).form(at(anna, claim, "confirm"))
    for id in (str(uuid4()), "7"):
        answer = client.post(f"/orders/contacts/{anna.contact_id}/links/{id}/confirm", data=form.fields)

        assert 404 == answer.status_code
        assert "Такой связи" in Parsed(answer.text).text or "нет такой связи" in Parsed(answer.text).text


def test_linking_by_hand(client: FlaskClient, desk: Desk, anna: Order, namesake: Contact) -> None:
    """Another contact is searched by name, phone, e-mail or an order's number, and linked."""
    address = f"/orders/contacts/{anna.contact_id}/links"
    assert address in profile(client, anna).values("href", "a")
    for typed in ("ким", "912 000", "KIM@example"):
        page = Parsed(client.get(address, query_string={"who": typed, "status": "pending"}).text)
        assert "Найти" in page.text
        assert "Ким Анна · +7 912 000-00-01 · kim@example.com Это один человек" in page.text
        assert [str(namesake.id)] == [
            form.fields["other"][0] for form in page.forms if "other" in form.fields
        ]

    found = Parsed(client.get(f"{address}?who=ким&status=pending").text)
    [form] = [form for form in found.forms if "other" in form.fields]
    answer = client.post(form.action, data=form.fields)

    assert (303, f"/orders/contacts/{anna.contact_id}?status=pending") == (
        answer.status_code,
        answer.location,
    )
    [link] = desk.contacts.person(namesake.id).links
    assert (Strength.LINKED, Evidence.STAFF) == (link.strength, link.evidence)
    assert "связано вручную подтверждено: Ольга" in profile(client, anna).text


def test_linking_by_the_number_of_an_order(client: FlaskClient, desk: Desk, anna: Order, make: Maker) -> None:
    """A guest of whom only an order is known is found by it."""
    guest = make.order(actor=BUYER)
    page = Parsed(client.get(f"/orders/contacts/{anna.contact_id}/links?who={guest.number}").text)

    assert [str(guest.contact_id)] == [
        form.fields["other"][0] for form in page.forms if "other" in form.fields
    ]


@pytest.mark.parametrize("typed", ["зз", "никого такого", "\x00", "я" * 300, ""])
def test_nobody_is_found(client: FlaskClient, anna: Order, typed: str) -> None:
    """What finds nobody else is told; the contact itself is never among the found."""
    page = Parsed(client.get(f"/orders/contacts/{anna.contact_id}/links", query_string={"who": typed}).text)
    own = Parsed(client.get(f"/orders/contacts/{anna.contact_id}/links?who=анна").text)

    assert bool(typed.isprintable() and typed) is ("Больше никого не нашлось" in page.text)
    assert "Больше никого не нашлось" in own.text


def test_names_that_are_alike(client: FlaskClient, desk: Desk, make: Maker, clock: Clock) -> None:
    """Two contacts of one name are told apart by what else is known of them, guests by the day they came."""
    orders = [make.order(contact=ContactDetails("Анна", email=f"{n}@example.com")) for n in range(2)]
    orders.append(make.order(actor=BUYER))
    for other in orders[1:]:
        desk.contacts.link(orders[0].contact_id, other.contact_id, actor=STAFF)
    page = profile(client, orders[0])

    assert {"этот контакт", "Анна, 1@example.com", "Гость, 1 мар."} == {row[2] for row in page.cells[1:]}


def test_linked_by_way_of_another(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """Who is linked with another contact of the person is told with which."""
    orders = [make.order(contact=ContactDetails(name)) for name in ("Анна А", "Борис Б", "Вера В")]
    for one, other in ((0, 1), (1, 2)):
        desk.contacts.link(orders[one].contact_id, orders[other].contact_id, actor=STAFF)
    text = profile(client, orders[0]).text

    assert "Борис Б связано вручную подтверждено: Ольга Разъединить" in text
    assert "Вера В связано вручную подтверждено: Ольга · связан с контактом Борис Б Разъединить" in text


def test_many_contacts(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """Of a person of very many contacts the first are shown, the others on demand."""
    order = make.order(contact=ANNA)
    for number in range(12):
        other = desk.contacts.create(ContactDetails(f"К {number}"), actor=STAFF)
        desk.contacts.link(order.contact_id, other.id, actor=STAFF)
    page = profile(client, order)

    assert "Другие контакты этого человека 12" in page.text
    assert "ещё 4" in page.text


def test_all_orders_of_a_person(client: FlaskClient, anna: Order, again: Order, claim: ContactLink) -> None:
    """The list narrowed to a contact shows the orders of the whole person."""
    page = Parsed(client.get(f"/orders/?contact={anna.contact_id}").text)

    assert {"1001", "1002"} <= {cell for row in page.cells for cell in row}


@pytest.mark.parametrize("missing", ["contacts.link", "contacts.view"])
def test_linking_takes_a_permission(
    client_of: Callable[..., FlaskClient],
    desk: Desk,
    anna: Order,
    claim: ContactLink,
    suggestion: ContactLink,
    missing: str,
) -> None:
    """Who may only look sees who is who and no button; every address is closed."""
    denied: set[str] = set()
    client = client_of(may=lambda permission: permission not in denied)
    form = Parsed(client.get(f"/orders/contacts/{anna.contact_id}").text).form(at(anna, claim, "confirm"))
    denied.add(missing)
    links = f"/orders/contacts/{anna.contact_id}/links"

    for address in (links, at(anna, claim, "unlink")):
        assert 403 == client.get(address).status_code
    for address in (links, *(at(anna, claim, verb) for verb in ("confirm", "dismiss", "unlink"))):
        assert 403 == client.post(address, data=form.fields).status_code
    assert live(desk, claim) == claim
    if missing == "contacts.link":
        page = profile(client, anna)
        assert "совпал e-mail не подтверждено" in page.text
        assert "Ким Анна" in page.text
        for words in ("Это один человек", "Это разные люди", "Разъединить", "Связать"):
            assert words not in page.text
        assert [] == [form for form in page.forms if "links" in form.action]


def test_orders_are_for_those_who_may_see_them(
    client_of: Callable[..., FlaskClient], anna: Order, claim: ContactLink
) -> None:
    """Who may see contacts alone reads who is who, and nothing of orders."""
    client = client_of(may=lambda permission: permission == "contacts.view")
    text = profile(client, anna).text

    assert "совпал e-mail" in text
    assert "1001" not in text
    assert "Связан с контактом Аня" in text


def test_guest_view_is_of_one_contact(
    client: FlaskClient, anna: Order, again: Order, claim: ContactLink
) -> None:
    """What was done at another browser, and that the two were linked, is no doing of this guest."""
    page = Parsed(client.get(f"/orders/contacts/{anna.contact_id}/actions").text)

    assert "заказ 1001" in page.text
    assert "1002" not in page.text
    assert "Связан" not in page.text

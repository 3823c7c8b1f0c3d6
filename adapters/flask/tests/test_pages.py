"""The reader of pages that the other tests rely on."""

from adapters.flask.tests.pages import Parsed

PAGE = """
<form action="/a?q=1" method="post" id="one">
  <input name="line" value=" x "><input type="hidden" name="csrf" value="t&amp;t"><input name="off" disabled value="1">
  <input type="checkbox" name="many" value="1" checked><input type="checkbox" name="many" value="2">
  <input type="checkbox" name="many" value="3" checked><input type="radio" name="one" value="a">
  <input type="checkbox" name="yes" checked>
  <textarea name="text">
two
lines</textarea>
  <select name="first"><option value="1">1</option><option value="2">2</option></select>
  <select name="second"><option value="1">1</option><option value="2" selected>2</option></select>
  <select name="none" multiple><option value="1">1</option></select>
  <button name="do" value="save">Save</button><input type="submit" name="do" value="no">
</form>
<form action="/b"></form>
<input form="one" name="elsewhere" value="here">
"""


def test_a_form_is_read_as_a_browser_sends_it() -> None:
    """Hidden, typed, ticked and selected; nothing disabled, no button, nothing unticked."""
    form = Parsed(PAGE).form("/a")

    assert ("/a?q=1", "post") == (form.action, form.method)
    assert {
        "line": [" x "],
        "csrf": ["t&t"],
        "many": ["1", "3"],
        "yes": ["on"],
        "text": ["two\nlines"],
        "first": ["1"],
        "second": ["2"],
        "elsewhere": ["here"],
    } == form.fields


def test_fields_are_changed_and_left_out() -> None:
    """A value, several, or none."""
    form = Parsed(PAGE).form("/a")
    form.put({"line": "y", "many": ["2"], "yes": None})

    assert (["y"], ["2"]) == (form.fields["line"], form.fields["many"])
    assert "yes" not in form.fields

from accounts.rules.roles import Role
from tests.factories import PASSWORD, make_authority, make_person


def test_a_person_signs_in_and_comes_to_the_start_page(client):
    person = make_person(Role.OFFICER, make_authority("Hollowmere Council"), name="Ada Ferrer")

    answer = client.post("/sign-in", data={"email": person.email, "password": PASSWORD})
    page = client.get("/", follow_redirects=True)

    assert answer.location == "/"
    assert "Ada Ferrer" in page.text
    assert "Hollowmere Council" in page.text

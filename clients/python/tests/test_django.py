"""Fields, distances, searches, indexes and migrations of Django."""

import json

import numpy as np
import pytest

django = pytest.importorskip("django")

from django.apps import apps
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from vecext import HalfVector, SparseVector

ROWS = [
    (1, [1, 1, 1], "000", "the crash of an index", "en"),
    (2, [2, 2, 2], "101", "a safe log", "en"),
    (3, [1, 1, 2], "111", "ein index", "de"),
]


@pytest.fixture(scope="module")
def item(database):
    """The model, whose table is made by a migration."""
    found = conninfo_to_dict(database)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": found["dbname"],
                "HOST": found.get("host", ""),
                "PORT": found.get("port", ""),
                "USER": found.get("user", ""),
            }
        },
        INSTALLED_APPS=["django.contrib.postgres"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()
    from django.db import connection, models

    from vecext.django import BitField, Bm25Index, HalfVectorField, InvertedIndex, IvfpqIndex, SparseVectorField, VectorField

    class Item(models.Model):
        embedding = VectorField(dimensions=3, null=True, blank=True)
        half = HalfVectorField(dimensions=3, null=True)
        bits = BitField(length=3, null=True)
        sparse = SparseVectorField(dimensions=3, null=True)
        body = models.TextField(null=True, blank=True)
        payload = models.JSONField(null=True, blank=True)

        class Meta:
            app_label = "shop"
            indexes = [  # noqa: RUF012
                IvfpqIndex(name="django_vectors", fields=["embedding"], opclasses=["vector_cosine_ops"], bits=4, rerank="int8"),
                Bm25Index(name="django_words", fields=["body"], text_config="english", k1=1.5),
                InvertedIndex(name="django_sparse", fields=["sparse"]),
            ]

    migrate(connection)
    yield Item
    connection.close()
    apps.app_configs.pop("shop", None)


def migrate(connection):
    """Writes the migration that Django would, reads it, and executes it."""
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.migration import Migration
    from django.db.migrations.state import ModelState, ProjectState
    from django.db.migrations.writer import MigrationWriter

    from vecext.django import VecextExtension

    wanted = ProjectState()
    wanted.add_model(ModelState.from_model(apps.get_registered_model("shop", "Item")))
    (migration,) = MigrationAutodetector(ProjectState(), wanted)._detect_changes()["shop"]
    names = {}
    exec(MigrationWriter(migration).as_string(), names)
    again = names["Migration"]("0001_initial", "shop")
    assert isinstance(again, Migration)
    again.operations.insert(0, VecextExtension())
    with connection.schema_editor() as editor:
        again.apply(ProjectState(), editor)


@pytest.fixture
def items(item):
    from django.db import transaction

    with transaction.atomic():
        for key, vector, bits, body, lang in ROWS:
            item.objects.create(pk=key, embedding=vector, half=vector, bits=bits, sparse=SparseVector(vector), body=body, payload={"lang": lang})
        yield item.objects
        transaction.set_rollback(True)


def keys(query):
    return list(query.values_list("pk", flat=True))


def test_values(items):
    made = items.create(pk=4, embedding=np.array([1.5, 2, 3]), half=[1.5, 2, 3], bits="101", sparse=[0, 2.5, 0])
    found = items.get(pk=made.pk)
    assert found.embedding.dtype == np.float32
    assert found.embedding.tolist() == [1.5, 2, 3]
    assert found.half == HalfVector([1.5, 2, 3])
    assert found.bits == "101"
    assert found.sparse == SparseVector([0, 2.5, 0])
    found.full_clean()
    empty = items.get(pk=items.create(pk=5).pk)
    assert (empty.embedding, empty.half, empty.bits, empty.sparse) == (None, None, None, None)


@pytest.mark.parametrize("field", ["embedding", "half", "sparse"])
def test_distances(items, field):
    from vecext.django import CosineDistance, L1Distance, L2Distance, MaxInnerProduct

    given = SparseVector([1, 1, 1]) if field == "sparse" else np.array([1, 1, 1])
    for distance, order in ((L2Distance, [1, 3, 2]), (MaxInnerProduct, [2, 3, 1]), (CosineDistance, [1, 2, 3]), (L1Distance, [1, 3, 2])):
        assert keys(items.order_by(distance(field, given), "pk")) == order


def test_distances_of_bits(items):
    from vecext.django import HammingDistance, JaccardDistance

    for distance in (HammingDistance, JaccardDistance):
        assert keys(items.order_by(distance("bits", "101"))) == [2, 3, 1]


def test_expressions(items):
    from django.db.models import Avg, Sum
    from django.db.models.functions import Cast

    from vecext.django import HalfVectorField, L2Distance

    near = items.annotate(distance=L2Distance("embedding", [1, 1, 1])).filter(distance__lt=1.5).order_by("-distance")
    assert [(one.pk, one.distance) for one in near] == [(3, 1), (1, 0)]
    assert items.aggregate(Avg("embedding"))["embedding__avg"].tolist() == pytest.approx([4 / 3, 4 / 3, 5 / 3])
    assert items.aggregate(Sum("half"))["half__sum"] == HalfVector([4, 4, 5])
    assert keys(items.order_by(L2Distance(Cast("embedding", HalfVectorField(dimensions=3)), [1, 1, 1]))) == [1, 3, 2]


def test_words_and_filters(items):
    from django.contrib.postgres.search import SearchQuery

    from vecext.django import Bm25Distance, Bm25Match, Matches

    assert keys(items.filter(Bm25Match("body", "index")).order_by("pk")) == [1, 3]
    query = SearchQuery("index -crash", search_type="websearch", config="english")
    assert keys(items.filter(Bm25Match("body", query))) == [3]
    assert keys(items.order_by(Bm25Distance("body", "safe logs")))[0] == 2
    for given in ({"must": [{"key": "lang", "match": {"value": "en"}}]}, "lang = 'en'"):
        assert keys(items.filter(Matches("payload", given)).order_by("pk")) == [1, 2]


def test_indexes(item):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'shop_item'")
        found = dict(cursor.fetchall())
    assert "USING ivfpq (embedding vector_cosine_ops) WITH (bits='4', rerank=int8)" in found["django_vectors"]
    assert "USING bm25 (body) WITH (text_config=english, k1='1.5')" in found["django_words"]
    assert "USING inverted (sparse)" in found["django_sparse"]


def test_forms(item):
    from django.forms import modelform_factory

    form_class = modelform_factory(item, fields=["embedding", "half"])
    one = item(embedding=np.array([1, 2, 3]), half=HalfVector([1, 2, 3]))
    for name in ("embedding", "half"):
        assert 'value="[1.0,2.0,3.0]"' in str(form_class(instance=one)[name])
    changed = form_class({"embedding": "[1.0,2.0,3.0]", "half": "[3,2,1]"}, instance=one)
    assert changed.changed_data == ["half"]
    assert changed.is_valid()
    assert changed.instance.half == HalfVector([3, 2, 1])
    assert not form_class({"embedding": "[1,x]", "half": "[3,2,1]"}).is_valid()


def test_serialization(items):
    from django.core import serializers

    text = serializers.serialize("json", items.filter(pk=1))
    (found,) = json.loads(text)
    assert found["fields"]["embedding"] == "[1.0,1.0,1.0]"
    for name in ("embedding", "half", "sparse"):
        field = items.model._meta.get_field(name)
        assert field.value_to_string(items.model(**{name: field.to_python(found["fields"][name])})) == found["fields"][name]

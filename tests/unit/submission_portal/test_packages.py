"""Course packages: what their manifests say, and that a hostile one says nothing."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submission_portal.packages import (
    MOST_BYTES,
    MOST_DEPTH,
    MOST_ITEMS,
    Kind,
    PackageFault,
    PackageItem,
    Reason,
    holds_manifest,
    minutes_of,
    read_package,
)


def packed(text: str | bytes, name: str = "imsmanifest.xml", *others: str) -> io.BytesIO:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for other in others:
            archive.writestr(other, "not read")
        archive.writestr(name, text)
    return written


SCORM_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" version="1.1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
  xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1">
 <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
 <organizations default="usual">
  <organization identifier="other"><title>Not this one</title><item><title>No</title></item></organization>
  <organization identifier="usual"><title>Calm under pressure</title>
   <item identifier="i1" identifierref="r1"><title>Listening
      first</title>
    <item identifier="i2"><title>Open questions</title></item></item>
   <item identifier="i3" identifierref="r2"><title>Test</title>
    <adlcp:masteryscore>80</adlcp:masteryscore></item>
  </organization>
 </organizations>
 <resources><resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="a.html"><metadata>
   <imsmd:lom><imsmd:educational><imsmd:typicallearningtime><imsmd:datetime>PT1H15M</imsmd:datetime>
   </imsmd:typicallearningtime></imsmd:educational></imsmd:lom></metadata></resource>
  <resource identifier="r2" type="webcontent" adlcp:scormtype="sco" href="b.html"/></resources>
</manifest>"""  # noqa: E501 - as the tools write it
SCORM_2004 = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss"
  xmlns:lom="http://ltsc.ieee.org/xsd/LOM">
 <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
 <organizations default="o"><organization identifier="o"><title>Safe contact</title>
  <item identifier="i1" identifierref="r"><title>Distance</title><metadata><lom:lom><lom:educational>
   <lom:typicalLearningTime><lom:duration>PT30M</lom:duration></lom:typicalLearningTime>
   </lom:educational></lom:lom></metadata></item>
  <item identifier="i2"><title>Check</title><imsss:sequencing><imsss:objectives>
   <imsss:primaryObjective objectiveID="p" satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure>
   </imsss:primaryObjective></imsss:objectives></imsss:sequencing></item>
  <item identifier="i3"><title>Check again</title><imsss:sequencing IDRef="shared"/></item>
 </organization></organizations><resources/>
 <imsss:sequencingCollection><imsss:sequencing ID="shared"><imsss:objectives>
  <imsss:primaryObjective satisfiedByMeasure="true"/></imsss:objectives></imsss:sequencing></imsss:sequencingCollection>
</manifest>"""  # noqa: E501 - as the tools write it
CMI5 = """<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
 <course id="https://example.org/c"><title><langstring lang="en-US">Crisis talk</langstring></title>
  <description><langstring lang="en-US">About</langstring></description></course>
 <block id="https://example.org/b"><title><langstring lang="en-US">Part one</langstring></title>
  <au id="https://example.org/1" moveOn="Completed"><title><langstring lang="en-US">Read</langstring></title><url>a</url>
   <lom xmlns="http://ltsc.ieee.org/xsd/LOM"><technical><duration><duration>PT20M30S</duration></duration></technical></lom></au>
 </block>
 <au id="https://example.org/2" moveOn="CompletedAndPassed"><title><langstring lang="en-US">Pass</langstring></title><url>b</url></au>
 <au id="https://example.org/3" moveOn="CompletedOrPassed"><title><langstring lang="en-US">Either</langstring></title><url>c</url></au>
 <au id="https://example.org/4" masteryScore="0.7"><title><langstring lang="en-US">Score</langstring></title><url>d</url></au>
</courseStructure>"""  # noqa: E501 - as the tools write it
CARTRIDGE = """<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
  xmlns:lomimscc="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest">
 <metadata><schema>IMS Common Cartridge</schema><schemaversion>1.3.0</schemaversion><lomimscc:lom><lomimscc:general>
  <lomimscc:title><lomimscc:string language="en">On the street</lomimscc:string></lomimscc:title></lomimscc:general></lomimscc:lom></metadata>
 <organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="LearningModules">
  <item identifier="i1"><title>Week 1</title><item identifier="i2" identifierref="r1"><title>Reading</title></item>
   <item identifier="i3" identifierref="r2"><title>Quiz</title></item></item></item></organization></organizations>
 <resources><resource identifier="r1" type="webcontent" href="a.html"/>
  <resource identifier="r2" type="imsqti_xmlv1p2/imscc_xmlv1p3/assessment"/></resources>
</manifest>"""  # noqa: E501 - as the tools write it


def test_scorm_12() -> None:
    package = read_package(packed(SCORM_12, "imsmanifest.xml", "a.html"))
    assert (package.kind, package.title) == (Kind.SCORM_12, "Calm under pressure")
    assert package.items == (
        PackageItem("Listening first", 75, is_assessment=False, depth=0),
        PackageItem("Open questions", None, is_assessment=False, depth=1),
        PackageItem("Test", None, is_assessment=True, depth=0),
    )
    # Authoring tools leave out the schema; the names that they use tell as well.
    bare = SCORM_12.replace("<schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>", "")
    assert read_package(packed(bare)).kind is Kind.SCORM_12


def test_scorm_2004() -> None:
    package = read_package(packed(SCORM_2004))
    assert (package.kind, package.title) == (Kind.SCORM_2004, "Safe contact")
    assert package.items == (
        PackageItem("Distance", 30, is_assessment=False, depth=0),
        PackageItem("Check", None, is_assessment=True, depth=0),
        PackageItem("Check again", None, is_assessment=True, depth=0),
    )


def test_cmi5() -> None:
    package = read_package(packed(CMI5, "cmi5.xml"))
    assert (package.kind, package.title) == (Kind.CMI5, "Crisis talk")
    assert package.items == (
        PackageItem("Part one", None, is_assessment=False, depth=0),
        PackageItem("Read", 21, is_assessment=False, depth=1),
        PackageItem("Pass", None, is_assessment=True, depth=0),
        PackageItem("Either", None, is_assessment=False, depth=0),
        PackageItem("Score", None, is_assessment=True, depth=0),
    )


def test_common_cartridge() -> None:
    package = read_package(packed(CARTRIDGE))
    assert (package.kind, package.title) == (Kind.COMMON_CARTRIDGE, "On the street")
    assert package.items == (
        PackageItem("Week 1", None, is_assessment=False, depth=0),
        PackageItem("Reading", None, is_assessment=False, depth=1),
        PackageItem("Quiz", None, is_assessment=True, depth=1),
    )


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("PT45M", 45),
        ("PT1H", 60),
        ("PT1M1S", 2),
        ("PT0.5S", None),
        ("PT0S", None),
        ("PT", None),
        ("P1D", None),
        ("P1M", None),
        ("P1DT2H", None),
        ("00:45:00", None),
        ("about an hour", None),
        ("", None),
    ],
)
def test_only_stated_time_counts(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


XXE = (
    '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><manifest><title>&x;</title></manifest>'
)
LAUGHS = (
    '<!DOCTYPE m [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]><manifest>&i;</manifest>"
)


def many(count: int) -> str:
    listed = "<item><title>x</title></item>" * count
    return SCORM_12.replace("<item identifier", listed + "<item identifier", 1)


def deep(levels: int) -> str:
    nested = "<item>" * levels + "</item>" * levels
    return SCORM_12.replace("<item identifier", nested + "<item identifier", 1)


BAD = {
    "no archive": (io.BytesIO(b"%PDF-1.7"), Reason.NO_ARCHIVE),
    "empty": (io.BytesIO(), Reason.NO_ARCHIVE),
    "no manifest": (packed("a", "readme.txt"), Reason.NO_MANIFEST),
    "traversal": (packed(SCORM_12, "../imsmanifest.xml"), Reason.NO_MANIFEST),
    "in a folder": (packed(SCORM_12, "course/imsmanifest.xml"), Reason.NO_MANIFEST),
    "plain content package": (
        packed('<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"/>'),
        Reason.UNKNOWN,
    ),
    "other document": (packed("<html/>"), Reason.UNKNOWN),
    "other cmi5": (packed(SCORM_12, "cmi5.xml"), Reason.UNKNOWN),
    "foreign file": (packed(XXE), Reason.ENTITIES),
    "billion laughs": (packed(LAUGHS), Reason.ENTITIES),
    "document type": (packed("<!DOCTYPE manifest>" + "<manifest/>"), Reason.ENTITIES),
    "cut off": (packed(SCORM_12[:-20]), Reason.DAMAGED),
    "unknown encoding": (packed('<?xml version="1.0" encoding="x-none"?><a/>'), Reason.DAMAGED),
    "too large": (packed(SCORM_12 + " " * MOST_BYTES), Reason.TOO_LARGE),
    "too many items": (packed(many(MOST_ITEMS)), Reason.TOO_LARGE),
    "too deep": (packed(deep(MOST_DEPTH)), Reason.TOO_LARGE),
    "much too deep": (packed(deep(100_000)), Reason.TOO_LARGE),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_read_says_why(case: str) -> None:
    content, reason = BAD[case]
    with pytest.raises(PackageFault) as fault:
        read_package(content)
    assert fault.value.reason is reason
    assert holds_manifest(content) == (reason not in {Reason.NO_ARCHIVE, Reason.NO_MANIFEST})


def test_what_is_within_the_bounds_is_read() -> None:
    assert len(read_package(packed(many(MOST_ITEMS - 3))).items) == MOST_ITEMS
    assert read_package(packed(deep(MOST_DEPTH - 1))).items


def test_what_an_archive_says_of_itself_is_not_believed() -> None:
    content = packed(SCORM_12).getvalue()
    locked = bytearray(content)
    locked[6] |= 1  # says that it has a password, in both of its places
    locked[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(PackageFault) as fault:
        read_package(io.BytesIO(bytes(locked)))
    assert fault.value.reason is Reason.DAMAGED


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(noise: bytes) -> None:
    for content in (io.BytesIO(noise), packed(noise), packed(noise, "cmi5.xml")):
        with pytest.raises(PackageFault):
            read_package(content)


WHOLE = packed(SCORM_12).getvalue()


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=4))
def test_a_damaged_archive_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(WHOLE)
    for place, value in changes:
        damaged[place] = value
    try:
        package = read_package(io.BytesIO(bytes(damaged)))
    except PackageFault:
        return
    assert package.kind in Kind

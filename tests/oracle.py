"""What a ranking must be, worked out a second time: fractions alone, nothing of the product."""

from fractions import Fraction as F  # noqa: N817


def rounded(value):
    """Half up, to hundredths, as text; empty for what there is not."""
    hundredths = 0 if value is None else int(value * 100 + F(1, 2))
    return "" if value is None else f"{hundredths // 100}.{hundredths % 100:02}"


def compared(tender, value):
    return F(rounded(value)) if tender["ranking"] == "rounded" else value


def quality_of(tender, marks):
    asked = [(F(s), q, F(w)) for s, qs in tender["sections"] for q, w in qs if F(s) * F(w)]
    if any(question not in marks for _, question, _ in asked):
        return None
    return sum(s / 100 * w * marks[question] / 5 for s, question, w in asked)


def figures(tender, bid, lowest):
    """Return (points for price, total); None for what there is not: no total, no rank."""
    quality, price, weight = quality_of(tender, bid["marks"]), F(bid["price"]), tender["weight"]
    if quality is None or bid["why"] or (tender["formula"], price) == ("F1", 0) and weight < 100:
        return None, None
    if tender["formula"] in ("F7", "elsewhere") or weight == 100:
        return None, quality
    if tender["formula"] == "F5":
        enough = quality > 0 and compared(tender, quality) >= F(tender["least"])
        return None, price / quality if enough else None
    low, high = F(tender["floor"]), F(tender["ceiling"])
    part = lowest / price if tender["formula"] == "F1" else (high - price) / (high - low)
    points = max(F(0), min(F(1), part)) * 100
    return points, quality * F(weight, 100) + points * F(100 - weight, 100)


def oracle(tender):
    """Return (name, rank, points, total) of each bid, the best first, the unranked last."""
    bids = {bid["name"]: bid for bid in tender["bids"]}
    prices = [F(bid["price"]) for bid in tender["bids"] if not bid["out"]]
    lowest = min(filter(None, prices), default=0)
    found = {name: figures(tender, bid, lowest) for name, bid in bids.items()}
    sign = -1 if tender["formula"] == "F5" and tender["weight"] < 100 else 1
    score = {n: sign * compared(tender, t) for n, (_, t) in found.items() if t is not None}
    left = tied = [n for n in score if score[n] == max(score.values())]
    how = {
        "quality": lambda n: compared(tender, quality_of(tender, bids[n]["marks"])),
        "question": lambda n: bids[n]["marks"][tender["question"]],
        "price": lambda n: -F(bids[n]["price"]),
        "lots": lambda n: next((-d.index(n) for d in tender["draws"] if {*d} == {*left}), 0),
    }
    for kind in tender["ties"]:
        left = [n for n in left if how[kind](n) == max(map(how[kind], left))]
    place = {n: (score[n], n in left and len(left) == 1 < len(tied)) for n in score}
    ahead = {n: sum(place[m] > place[n] for m in score) + 1 for n in score}
    shared = {n: "=" if [*ahead.values()].count(ahead[n]) > 1 else "" for n in score}
    order = sorted(bids, key=lambda n: (ahead.get(n, len(bids) + 1), n))
    return [(n, f"{ahead.get(n, '')}{shared.get(n, '')}", *map(rounded, found[n])) for n in order]

"""Pages for the benchmarks: RT's markup around plain French news made up here, 60 to 120 KB each as real pages are, the
same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.records import Capture, Source, TimeBasis

__all__ = ["START", "Site", "captures"]

START = datetime(2026, 1, 1, tzinfo=UTC)

_WORDS = {
    "who": "le maire|la préfète|le ministre des Transports|une porte-parole de la région|le syndicat des pêcheurs|"
    "la présidente de l'université|le directeur de l'hôpital|une association d'habitants|le tribunal administratif|"
    "la chambre de commerce|un ingénieur du port|la compagnie des chemins de fer",
    "place": "Valmont|Rochebrune|Saint-Aubrac|Port-Merlin|Castelvieux|Montclair|La Ferrière|Beaurivage|Sainte-Odile|"
    "Villefranque|Aiguemorte|Pontalbert|Grandcombe|Chantelune|Bourg-Neuf|Lestrange|Marsalac|Haute-Rive",
    "thing": "pont|barrage|tunnel|stade|marché couvert|tramway|musée|lycée|canal|phare|vieux port|théâtre municipal",
    "quality": "ancien|nouveau|grand|petit|fameux|futur",
    "when": "lundi|mardi|mercredi|jeudi|vendredi|dans la nuit de samedi à dimanche|au début du mois|à la fin de l'été",
    "reason": "faute de crédits|en raison des intempéries|après des mois de débats|à la demande des riverains|"
    "à cause d'une erreur de calcul|malgré l'avis des experts|pour des raisons de sécurité",
}
_SLOTS = {name: words.split("|") for name, words in _WORDS.items()}

_SENTENCES = """
Le {quality} {thing} de {place} a été fermé {when}, {reason}, et personne ne sait quand il sera de nouveau ouvert.
Selon {who}, les travaux coûteront {n} millions d'euros et dureront au moins {m} mois.
« Nous avons attendu trop longtemps, et il est temps que les habitants de {place} soient entendus », a déclaré {who}.
Les {n} employés qui y travaillent ont appris la nouvelle {when} par une lettre de deux pages.
Dans un communiqué publié {when}, {who} rappelle que le projet avait été approuvé il y a {m} ans.
Plus de {n} personnes ont signé une pétition pour que le {thing} reste où il est.
Cette décision n'est pas une surprise pour ceux qui suivent le dossier depuis la première réunion, à {place}.
Une enquête est en cours, mais {who} ne souhaite pas la commenter avant qu'elle soit terminée.
À {place}, à {m} kilomètres de là, on a déjà connu la même histoire avec un {quality} {thing}.
Les premiers résultats, que nous avons pu lire, montrent que {n} maisons sur mille sont touchées.
Le conseil municipal doit se prononcer {when} ; la majorité ne tient qu'à {m} voix.
Pour {who}, il aurait fallu agir plus tôt, quand les prix étaient encore {m} fois plus bas.
Rien ne permet de dire aujourd'hui si le {thing} de {place} rouvrira avant l'hiver, ajoute {who}.
Les pompiers sont intervenus {m} fois depuis janvier, et {n} interventions sont prévues par leur plan pour l'année.
De son côté, {who} assure que toutes les mesures ont été prises, {reason}.
Sur la place de {place}, les commerçants comptent leurs pertes : près de {n} euros par jour pour les plus petits.
Il y a {m} ans, le même {thing} avait été inauguré devant {n} invités, et la fête avait duré toute la nuit.
Le rapport de {n} pages que {who} a remis {when} propose trois solutions, dont aucune ne fait l'unanimité.
""".strip().splitlines()

_HEADLINES = """
À {place}, le {quality} {thing} fermé pour {m} mois
{n} millions pour le {thing} de {place}
Pourquoi {who} ne veut plus du {thing} de {place}
Le {thing} de {place} rouvrira {when}
À {place}, {n} signatures pour sauver un {quality} {thing}
""".strip().splitlines()

_PROMPTS = """
<div class="article__follow">Suivez RT en français sur <a href="#">Telegram</a></div>
<p>Abonnez-vous à notre newsletter</p><p>&nbsp;</p>
<div class="cookies cookies__banner"><p class="cookies__banner-text">Ce site utilise des cookies.</p></div>
"""

_KEPT = "0123456789abcdefghijklmnopqrstuvwxyz"


def _said(chance: random.Random, pattern: str) -> str:
    """A pattern with its places filled."""
    words = {name: chance.choice(of) for name, of in _SLOTS.items()}
    said = pattern.format(n=chance.randint(20, 900), m=chance.randint(2, 19), **words)
    return said[0].upper() + said[1:]


@dataclass(frozen=True)
class Site:
    """An outlet's pages: about `size` bytes each, with so many `paragraphs` of three sentences and more."""

    size: int = 100_000
    paragraphs: int = 9

    def page(self, number: int, look: int = 0, edit: int = 0) -> bytes:
        """Article `number` as served at its look `look`: furniture rotates with every look, text with every edit."""
        chance = random.Random(number)
        said = [_said(chance, one) for _ in range(3) for one in chance.sample(_SENTENCES, len(_SENTENCES))]
        body = [" ".join(said[n :: self.paragraphs]) for n in range(self.paragraphs)]
        if edit:
            body[-1] += f" Bilan : {edit} blessés."
        headline = _said(chance, chance.choice(_HEADLINES))
        title = f"<span class='read-more-big__title'>Autre titre {look % 7}</span>"
        also = f"<a class='read-more-big' href='/x/{look}-y'>{title}</a>"
        text = "".join(f"<p>{one}</p>{also if n == 3 else ''}" for n, one in enumerate(body))
        head = (
            f"<!DOCTYPE html><html lang='fr'><head><meta charset='utf-8'><title>{headline} — RT en français</title>"
            f'<meta property="og:title" content="{headline}">'
            "<meta name='publish-date' content='2026-01-01T10:00:00+0100'></head><body>"
        )
        article = (
            f"<div class='article'><h1 class='article__heading'>{headline}</h1><div class='article__text text'>"
            f"<p class='text__summary'>{_said(chance, _SENTENCES[0])}</p>{text}{_PROMPTS}</div></div>"
        )
        return (head + article + _around(chance, self.size - len(head) - len(article)) + "</body></html>").encode()


def _around(chance: random.Random, size: int) -> str:
    """What real pages carry around the article: cards with links to others, and inline scripts; as many nodes to a
    kilobyte as saved pages have, eight or nine."""
    parts: list[str] = []
    length = 0
    while length < size:
        number = chance.randrange(10**6)
        key = "".join(chance.choices(_KEPT, k=120))
        part = (
            f"<div class='card card_{number % 13}'><a class='link link_hover' href='/france/{number}-article'>"
            f"<span class='card__header'>{_said(chance, chance.choice(_HEADLINES))}</span></a>"
            f"<time class='date'>{number % 24}:00</time></div>"
            f"<script>window.q=window.q||[];q.push({{id:{number},slot:'s{number % 97}',refresh:true,sizes:[[300,250],"
            f"[240,400],[{number % 970},90]],targeting:{{section:'france',key:'{key}',consent:false,"
            f"lazy:{{threshold:0.{number % 97},margin:'{number % 300}px'}}}},page:'/france/{number}'}});</script>\n"
        )
        parts.append(part)
        length += len(part)
    return "".join(parts)


def captures(site: Site, count: int, look: int = 0, edit: int = 0, hour: int = 0) -> Iterator[Capture]:
    """One capture of each of `count` articles as served at look number `look`, that many hours after the start."""
    for number in range(count):
        yield Capture(
            url=f"https://francais.rt.com/international/{number + 1000}-article",
            fetched_at=START + timedelta(hours=hour, seconds=number),
            body=site.page(number, look, edit),
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            source=Source.GIVEN_WARC,
            time_basis=TimeBasis.ARCHIVE,
        )

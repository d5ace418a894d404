"""Which carriers does Back Market name?"""

from __future__ import annotations

SHIPPERS = frozenset(
    name.strip()
    for name in """
    Allied Express; Aramex Australia; Australia Post; Australia Post Express; Austrian Post; BPost; BRT;
    Chronopost; Chronopost Express; ColisPrivé; Colissimo; Correos; Correos Express; Couriers Please; CTT;
    Cubyn; Cubyn Express; DB Schenker; Deutsche Post; DHL; DHL DE; DHL Express; DHL  EXPRESS; DHL NL;
    DHL Parcel Spain; DHL SP; DPD; DPD Benelux; DPD DE; DPD FR; DPD International; DPD UK; DPD UK Express;
    DTDC Australia; FedEx; FedEx - 2Days; FedEx Express; FedEx International; FedEx - Overnight; Geodis;
    Girard Agediss - Livraison dans la pièce de votre choix sur RDV; GLS; GLS - DE; GLS - FR;
    GLS International; GLS - IT; GLS-SPAIN; GLS Spain Express; Hermes - DE; Hermes - UK; Japan Post;
    Livraison au pied du camion; Livraison dans la pièce de votre choix; Logoix; MRW; Murfy transporteur;
    NACEX; ParcelForce Express; Parcelforce (Worldwide); Parcelpoint Pty Ltd; Poste Italiane; Post NL;
    Private Transporter; Royal Mail; Royal Mail Express; Sagawa; Seino; Sendle; Seur; Socolissimo;
    Star Track Express; TIPSA; TIPSA Express; TNT; TNT Australia; TNT Express; Tourline; UPS; UPS 2 days;
    UPS 2nd Day Air; UPS Express; UPS express save; UPS Ground; UPS next day; UPS Overnight; UPS standard;
    USPS; USPS Express; USPS - First Class; USPS - Priority Mail; USPS - Priority Mail Express; VIR; Yamato;
    Zeleris; Other
    """.replace("\n    ", " ").split(";")
)


def tracking_page(locale: str, shipper: str, number: str) -> str:
    """Write the tracking address that Back Market makes up when the seller gives none."""
    slug = shipper.lower().split(" - ")[0].replace(" ", "-")
    top, language = {"en-us": "com", "en-gb": "co.uk"}.get(locale, locale[-2:]), locale[:2]
    return f"https://www.backmarket.{top}/tracking/order?courier={slug}&trackingNo={number}&lang={language}"

"""The words that the records are made of: a small hotel's guests, companies, rooms and notes, Spanish and English."""

from __future__ import annotations

FIRST_NAMES = (
    "María José", "José Ángel", "Sofía", "Íñigo", "Begoña", "Raúl", "Núria", "Joaquín", "Zoë", "Óscar", "Lucía",
    "Andrés", "Emily", "Oliver", "Charlotte", "Liam", "Amelia", "Noah", "Grace", "Henry", "Chloé", "Jürgen", "Åsa",
    "François",
)  # fmt: skip
LAST_NAMES = (
    "Muñoz Ibáñez", "García-Peña", "Fernández", "Núñez", "Martín Güell", "Pérez Sáenz", "Domínguez", "Ordóñez", "Yáñez",
    "O'Connor", "Smith", "Whitfield-Jones", "Taylor", "Brown", "Müller", "Bjørnsen", "Lefèvre", "d'Aragó", "Cañizares",
)  # fmt: skip
STREETS = (
    "Calle de Alcalá", "Avinguda Diagonal", "Paseo de la Castellana", "Rúa do Príncipe", "Calle Nuño Gómez",
    "Camino Real", "High Street", "Kingsland Road", "Baker Street", "Rue de l'Église", "Königsallee",
    "Plaza de España", "Østergade",
)  # fmt: skip
CITIES = (
    ("Madrid", "Comunidad de Madrid", "28014", "ES", "España"),
    ("Málaga", "Andalucía", "29001", "ES", "España"),
    ("A Coruña", "Galicia", "15001", "ES", "España"),
    ("León", "Castilla y León", "24003", "ES", "España"),
    ("Ciudad de México", "CDMX", "06600", "MX", "México"),
    ("Bogotá", "Cundinamarca", "110231", "CO", "Colombia"),
    ("London", "Greater London", "SW1A 1AA", "GB", "United Kingdom"),
    ("Austin", "Texas", "78701", "US", "United States"),
    ("Lyon", "Auvergne-Rhône-Alpes", "69002", "FR", "France"),
    ("Düsseldorf", "Nordrhein-Westfalen", "40212", "DE", "Deutschland"),
)
COMPANIES = (
    "Construcciones Peñalver, S.L.", "Viajes Ñandú, S.A.", "Consultoría Ibáñez & Asociados",
    "Bodegas La Viña del Norte",
    "Whitfield Travel Partners Ltd", "Smith & O'Connor Legal LLP", "Müller Maschinenbau GmbH", "Éditions du Rhône SARL",
)  # fmt: skip
STATUSES = ("confirmed", "checked_in", "checked_out", "cancelled", "no_show")
CHANNELS = ("website", "telephone", "agency", "walk_in", "corporate")
CURRENCIES = ("EUR", "USD", "GBP", "MXN")
LANGUAGES = ("es", "en", "es-MX", "fr", "de")
TIERS = ("bronze", "silver", "gold", "platinum")
TAGS = (
    "vip",
    "familia",
    "aniversario",
    "mascota",
    "late-checkout",
    "repetidor",
    "business",
    "luna de miel",
    "alergias",
)
ROOMS = (
    ("Doble Superior con terraza", "101"),
    ("Suite Jardín", "204"),
    ("Individual Estándar", "312"),
    ("Junior Suite vista al mar", "415"),
    ("Habitación Familiar", "118"),
)
ITEMS = (
    ("ALO-DBL", "Alojamiento en habitación doble superior", "room"),
    ("ALO-STE", "Suite with garden view, breakfast included", "room"),
    ("DES-BUF", "Desayuno bufé para dos personas", "food"),
    ("CEN-DEG", "Cena degustación «Otoño en la montaña»", "food"),
    ("SPA-CIR", "Circuito termal de 90 minutos", "extra"),
    ("PAR-24H", "Covered parking, 24 hours", "extra"),
    ("TRF-AER", "Traslado desde el aeropuerto (máx. 4 personas)", "extra"),
    ("CUN-BEB", "Cot and baby linen", "extra"),
    ("MIN-BAR", "Minibar: agua, cava y frutos secos", "food"),
)
NOTES = (
    "Huésped VIP: celebran su aniversario, dejar una botella de cava y una tarjeta firmada en la habitación.",
    "Llega tarde, alrededor de las 23:30; avisar a recepción nocturna y guardar la cena fría.",
    "Allergic to nuts and shellfish. Kitchen has been told; please confirm with the chef on arrival.",
    "Pide habitación tranquila, lejos del ascensor, con almohada de látex y sin moqueta.",
    "Invoice goes to the company, with the purchase order number on it; the guest pays the extras.",
    "Viaja con un perro pequeño (Ñoño). Se cobrará el suplemento de mascota al hacer el check-out.",
    "Second stay this year. Was moved rooms last time because of the noise from the terrace \u2014 avoid 118.",
)
STAFF = ("Inés (recepción)", "Tomás", "Night audit", "Reservations", "Sra. Güemes")
PURPOSES = ("ocio", "negocios", "congreso", "evento familiar")
PAYMENTS = ("card", "transfer", "cash", "company_invoice")
CAMPAIGNS = ("otoño-2026", "newsletter-es", "summer-sale", "puente-de-mayo")
RATE_PLANS = (
    "Tarifa flexible: cancelación gratuita hasta 48 h antes",
    "Non-refundable, breakfast and late check-out included",
    "Media pensión, mínimo tres noches, niños gratis",
)

-- The rows of mapping.yaml; only what they use of a record is declared, so that the rest is not read.
COPY (
  SELECT
    guestEmail AS email,
    guestFirstName AS firstname,
    guestLastName AS lastname,
    guestPhone AS phone,
    language,
    status AS stage,
    channel,
    isVip AS is_vip,
    arrival,
    departure,
    nights,
    children,
    currency,
    total AS amount,
    createdAt AS created_at,
    address.city AS city,
    address.zip AS zip,
    address.country.code AS country_code,
    company.name AS company_name,
    customFields.loyalty.tier AS loyalty_tier,
    array_to_string(tags, '; ') AS tags,
    len(lines) AS line_count,
    list_sum([line.total FOR line IN lines]) AS lines_total,
    list_reverse_sort([{total: line.total, description: line.description} FOR line IN lines])[1].description AS top_item,
    starts_with(status, 'conf') AS is_confirmed,
    [line.description FOR line IN lines IF line.category = 'extra'] AS extras,
    [line.sku FOR line IN lines IF line.price > 120] AS premium_skus,
    [line.discount FOR line IN lines IF line.discount > 0] AS discounts,
    [
      {room: stay.room, type: stay.roomType, 'from': stay.arrival, 'to': stay.departure, rate: stay.rate}
      FOR stay IN reservations
    ] AS rooms,
    {
      name: company.name, tax_id: company.taxId, street: address.line1, city: address.city, balance: balance
    } AS billing
  FROM read_json('{input}', format = 'newline_delimited', columns = {
    guestEmail: 'VARCHAR', guestFirstName: 'VARCHAR', guestLastName: 'VARCHAR', guestPhone: 'VARCHAR',
    language: 'VARCHAR', status: 'VARCHAR', channel: 'VARCHAR', isVip: 'BOOLEAN', arrival: 'VARCHAR',
    departure: 'VARCHAR', nights: 'INTEGER', children: 'INTEGER', currency: 'VARCHAR', total: 'DECIMAL(12, 2)',
    balance: 'DECIMAL(12, 2)', createdAt: 'VARCHAR', tags: 'VARCHAR[]',
    address: 'STRUCT(line1 VARCHAR, city VARCHAR, zip VARCHAR, country STRUCT(code VARCHAR))',
    company: 'STRUCT(name VARCHAR, taxId VARCHAR)',
    customFields: 'STRUCT(loyalty STRUCT(tier VARCHAR))',
    lines: 'STRUCT(sku VARCHAR, description VARCHAR, category VARCHAR, price DECIMAL(12, 2),
      discount DECIMAL(12, 2), total DECIMAL(12, 2))[]',
    reservations: 'STRUCT(room VARCHAR, roomType VARCHAR, arrival VARCHAR, departure VARCHAR, rate DECIMAL(12, 2))[]'
  })
) TO '{output}' (FORMAT json);

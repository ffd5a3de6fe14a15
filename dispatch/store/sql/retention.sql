-- name: incidents
-- Its words were written when it was opened and never since; the place becomes its area's name.
UPDATE incident
   SET place_text = coalesce(%(areas)s::jsonb ->> kelurahan_code,
                             round(lat::numeric, 6) || ', ' || round(lon::numeric, 6)),
       note = '', erased_at = %(at)s
 WHERE source = 'desk' AND closed_at IS NOT NULL AND opened_at < %(before)s AND erased_at IS NULL;

-- name: notes
UPDATE incident_note SET text = %(mark)s, erased_at = %(at)s
  FROM incident
 WHERE incident.id = incident_id AND incident.source = 'desk' AND incident.closed_at IS NOT NULL
   AND incident_note.at < %(before)s AND incident_note.erased_at IS NULL;

-- name: suggestions
-- Each holds the words of a call; the first of its incident's calls that had any.
DELETE FROM place_suggestion USING incident
 WHERE incident.id = incident_id AND incident.closed_at IS NOT NULL
   AND (incident.opened_at < %(before)s
        OR EXISTS (SELECT FROM call
                    WHERE call.incident_id = incident.id AND received_at < %(before)s));

-- name: handovers
UPDATE handover SET text = %(mark)s, erased_at = %(at)s
 WHERE at < %(before)s AND erased_at IS NULL;

-- name: conflicts
-- The place may be called what a caller said.
UPDATE journal_conflict SET meant = meant - 'place', erased_at = %(at)s
 WHERE at < %(before)s AND settled_at IS NOT NULL AND erased_at IS NULL;

-- name: calls
UPDATE call SET text = '', phone = NULL, caller_name = NULL, note = '', erased_at = %(at)s
 WHERE received_at < %(before)s AND erased_at IS NULL
   AND NOT EXISTS (SELECT FROM incident WHERE incident.id = incident_id AND closed_at IS NULL);

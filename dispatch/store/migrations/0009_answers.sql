-- What the caller answered to the questions of the incident's script: question id -> answer code.

ALTER TABLE incident ADD COLUMN answers jsonb NOT NULL DEFAULT '{}'
    CHECK (jsonb_typeof(answers) = 'object');

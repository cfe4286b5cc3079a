DO 0;  -- expect: placeholder
do /* nothing */ 0;  -- expect: placeholder
DO 1;
DO SLEEP(0);
